package dev.sluice.config;

import dev.sluice.rollout.control.FlagFileResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The flag file: Java properties in UTF-8, with the names of the environment as keys. All of it is valid or none of it
 * counts.
 */
public final class FlagFile {
    /** Three keys and a lot of comment. Beyond it, somebody mounted the wrong file. */
    static final int MAX_BYTES = 64 * 1024;

    private final Path path;

    public FlagFile(Path path) {
        this.path = path;
    }

    /** Reads and parses the file through its path, following every link. Blocks: a disk, perhaps a network. */
    public FlagFileResult read() {
        return parse(content());
    }

    /** The path for people. */
    String name() {
        return path.toString();
    }

    /** What the path leads to right now. Blocks. */
    Content content() {
        try (InputStream in = Files.newInputStream(path)) {
            return new Content(in.readNBytes(MAX_BYTES + 1), null);
        } catch (NoSuchFileException e) {
            return Content.MISSING;
        } catch (IOException | SecurityException e) {
            return new Content(null, "cannot be read: " + FlagText.shown(String.valueOf(e.getMessage())));
        }
    }

    FlagFileResult parse(Content content) {
        if (content.bytes == null) {
            return content.failure == null
                    ? new FlagFileResult.Missing(name())
                    : new FlagFileResult.Rejected(name(), null, null, content.failure);
        }
        if (content.bytes.length > MAX_BYTES) {
            return whole("is larger than 64 KiB, which no flag file is");
        }
        try {
            return accepted(properties(content.bytes));
        } catch (InvalidFlagException e) {
            return new FlagFileResult.Rejected(name(), e.key(), e.value(), e.allowed());
        } catch (CharacterCodingException e) {
            return whole("is not UTF-8 text");
        } catch (IOException | IllegalArgumentException e) {
            return whole("is not a properties file: " + FlagText.shown(String.valueOf(e.getMessage())));
        }
    }

    private FlagFileResult accepted(Map<String, String> values) {
        for (String key : new TreeSet<>(values.keySet())) {
            if (!FlagText.KEYS.contains(key)) {
                throw new InvalidFlagException(
                        FlagText.shown(key),
                        FlagText.shown(values.getOrDefault(key, "")),
                        "one of the keys " + String.join(", ", FlagText.KEYS));
            }
        }
        return new FlagFileResult.Accepted(name(), FlagText.parse(values));
    }

    private FlagFileResult whole(String what) {
        return new FlagFileResult.Rejected(name(), null, null, what);
    }

    private static Map<String, String> properties(byte[] bytes) throws IOException {
        Properties properties = new Properties();
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        // A byte order mark, which some editors write, would become part of the first key.
        properties.load(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(key -> key, key -> properties.getProperty(key, "")));
    }

    /**
     * What was found at the path.
     *
     * @param bytes null where nothing could be read
     * @param failure why nothing could be read, null where the file is missing
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by sameAs, never by equals
    record Content(byte @Nullable [] bytes, @Nullable String failure) {
        static final Content MISSING = new Content(null, null);

        boolean missing() {
            return bytes == null && failure == null;
        }

        boolean sameAs(Content other) {
            return Arrays.equals(bytes, other.bytes) && String.valueOf(failure).equals(String.valueOf(other.failure));
        }
    }
}
