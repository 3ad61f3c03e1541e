package dev.sluice.edge.gate;

import dev.sluice.core.ProblemCode;
import dev.sluice.core.SluiceException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Which browsers' pages may connect: the gateway's own, and those on the list. Clients without an origin may. */
public final class Origins {
    private static final String ALL = "*";

    private final Set<String> allowed;
    private final List<String> paths;
    private final @Nullable Origins wider;

    public Origins(Iterable<String> allowed) {
        this(allowed, List.of(), null);
    }

    private Origins(Iterable<String> allowed, List<String> paths, @Nullable Origins wider) {
        this.paths = List.copyOf(paths);
        this.wider = wider;
        this.allowed = StreamSupport.stream(allowed.spliterator(), false)
                .map(origin -> origin.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The same, with more pages allowed at the URLs that begin with one of these paths. */
    public Origins with(Iterable<String> more, List<String> at) {
        Set<String> all = new HashSet<>(allowed);
        more.forEach(all::add);
        return new Origins(allowed, at, new Origins(all));
    }

    /** What holds at that path. */
    public Origins at(@Nullable String path) {
        Origins there = wider;
        return there != null && path != null && paths.stream().anyMatch(path::startsWith) ? there : this;
    }

    /**
     * @param origin the {@code Origin} header, null where there is none
     * @param ownBaseUrl the address the client found us under
     * @throws SluiceException {@code origin-forbidden}
     */
    public void check(@Nullable String origin, String ownBaseUrl) {
        if (origin != null && !allows(origin, ownBaseUrl)) {
            throw new SluiceException(ProblemCode.ORIGIN_FORBIDDEN);
        }
    }

    /** Whether that origin's pages may. */
    public boolean allows(String origin, String ownBaseUrl) {
        String asked = origin.toLowerCase(Locale.ROOT);
        return allowsAll() || allowed.contains(asked) || sameHost(asked, ownBaseUrl);
    }

    /** Whether every page may. */
    public boolean allowsAll() {
        return allowed.contains(ALL);
    }

    private static boolean sameHost(String origin, String ownBaseUrl) {
        try {
            URI asked = URI.create(origin);
            URI own = URI.create(ownBaseUrl.toLowerCase(Locale.ROOT));
            return asked.getAuthority() != null
                    && asked.getAuthority().equals(own.getAuthority())
                    && asked.getScheme().equals(own.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
