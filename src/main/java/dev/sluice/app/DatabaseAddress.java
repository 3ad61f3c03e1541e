package dev.sluice.app;

import dev.sluice.store.embedded.EmbeddedDatabase;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is, in the forms that both of its clients want.
 *
 * @param location {@code host:port/database}, with a query where one was given
 */
record DatabaseAddress(String location, @Nullable String user, @Nullable String password) {
    private static final String FORM = "postgresql://host:port/database";

    static DatabaseAddress of(EmbeddedDatabase embedded) {
        return new DatabaseAddress(
                embedded.uri().substring("postgresql://".length()), embedded.user(), embedded.password());
    }

    /**
     * Reads {@code SLUICE_DB_URL}; {@code postgres://} is the same. Credentials in the URL give way to the two variables.
     *
     * @throws RefusedToStart where it is no such URL. Never repeats it: there may be a password inside
     */
    static DatabaseAddress parse(String url, @Nullable String user, @Nullable String password) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new RefusedToStart("SLUICE_DB_URL must be " + FORM + ".");
        }
        boolean scheme = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
        String database = uri.getPath();
        if (!scheme || uri.getHost() == null || database == null || database.length() < 2) {
            throw new RefusedToStart("SLUICE_DB_URL must be " + FORM + ".");
        }
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String location = "%s:%d%s%s".formatted(uri.getHost(), port, uri.getRawPath(), query);
        String[] credentials =
                uri.getUserInfo() == null ? new String[0] : uri.getUserInfo().split(":", 2);
        return new DatabaseAddress(
                location,
                user != null || credentials.length < 1 ? user : credentials[0],
                password != null || credentials.length < 2 ? password : credentials[1]);
    }

    /** The keys of Quarkus that say so. */
    Map<String, String> properties() {
        Map<String, String> keys = new HashMap<>();
        keys.put("quarkus.datasource.reactive.url", "postgresql://" + location);
        keys.put("quarkus.datasource.jdbc.url", "jdbc:postgresql://" + location);
        if (user != null) {
            keys.put("quarkus.datasource.username", user);
        }
        if (password != null) {
            keys.put("quarkus.datasource.password", password);
        }
        return keys;
    }
}
