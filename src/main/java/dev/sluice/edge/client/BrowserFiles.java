package dev.sluice.edge.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The client for browsers and its types, as files on the public listener. Read and compressed once; a browser that has
 * them asks every few minutes whether they are still the same. Any thread.
 */
public final class BrowserFiles {
    private static final Map<String, String> TYPES = Map.of(
            "/sluice.js", "text/javascript; charset=utf-8",
            "/sluice.d.ts", "text/plain; charset=utf-8");

    /** Short, since the name has no version in it: pages get a new gateway's client soon after its start. */
    private static final String CACHE = "public, max-age=300";

    private record File(String type, Variant plain, Variant zipped) {}

    /** @param tag of these very bytes, as {@code ETag} has to be */
    private record Variant(byte[] bytes, @Nullable String encoding, String tag) {}

    public void mount(Router router) {
        TYPES.forEach((path, type) -> {
            File file = read(path, type);
            router.route(path)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(routing -> answer(routing.request(), file));
        });
    }

    private static File read(String path, String type) {
        try (InputStream in = BrowserFiles.class.getResourceAsStream("/META-INF/resources" + path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not in the jar");
            }
            byte[] bytes = in.readAllBytes();
            String digest = digest(bytes);
            return new File(
                    type,
                    new Variant(bytes, null, "\"" + digest + "\""),
                    new Variant(zip(bytes), "gzip", "\"" + digest + "-gzip\""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static byte[] zip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static void answer(HttpServerRequest request, File file) {
        Variant variant = lists(request.getHeader("Accept-Encoding"), "gzip") ? file.zipped() : file.plain();
        HttpServerResponse response = request.response();
        response.headers().add("Vary", "Accept-Encoding");
        response.putHeader("Cache-Control", CACHE);
        response.putHeader("ETag", variant.tag());
        if (lists(request.getHeader("If-None-Match"), variant.tag())) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", file.type());
        response.putHeader("X-Content-Type-Options", "nosniff");
        if (variant.encoding() != null) {
            response.putHeader("Content-Encoding", variant.encoding());
        }
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader("Content-Length", Integer.toString(variant.bytes().length));
            response.end();
        } else {
            response.end(Buffer.buffer(variant.bytes()));
        }
    }

    /** Whether that is in the list; a weight of zero takes an encoding off it, a weak tag is as good as a strong one. */
    private static boolean lists(@Nullable String header, String wanted) {
        return header != null
                && Arrays.stream(header.split(","))
                        .map(each -> each.strip().replaceFirst("^W/", ""))
                        .filter(each -> !each.matches(".*;\\s*q=0(\\.0*)?"))
                        .map(each -> each.split(";", 2)[0].strip())
                        .anyMatch(wanted::equals);
    }
}
