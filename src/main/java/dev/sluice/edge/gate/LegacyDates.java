package dev.sluice.edge.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the agents' HTTP endpoints become old and when they end.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9745">RFC 9745</a>, Deprecation
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8594">RFC 8594</a>, Sunset
 */
public final class LegacyDates {
    private static final Duration NOTICE = Duration.ofDays(30);

    /** The JDK's {@code RFC_1123_DATE_TIME} writes days before the tenth with one digit, which an HTTP date forbids. */
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private final @Nullable Instant deprecatedAt;
    private final @Nullable Instant sunsetAt;
    private final InstantSource clock;

    /** Only a deprecation named: the sunset is 30 days later. Neither: the endpoints are not deprecated. */
    public LegacyDates(@Nullable Instant deprecatedAt, @Nullable Instant sunsetAt, InstantSource clock) {
        this.deprecatedAt = deprecatedAt;
        this.sunsetAt = sunsetAt != null || deprecatedAt == null ? sunsetAt : deprecatedAt.plus(NOTICE);
        this.clock = clock;
    }

    /** Whether the endpoints are gone. */
    public boolean sunset() {
        return sunsetAt != null && !clock.instant().isBefore(sunsetAt);
    }

    /** The {@code Deprecation} header, a structured date. */
    public Optional<String> deprecationHeader() {
        return Optional.ofNullable(deprecatedAt).map(at -> "@" + at.getEpochSecond());
    }

    /** The {@code Sunset} header, an HTTP date. */
    public Optional<String> sunsetHeader() {
        return Optional.ofNullable(sunsetAt).map(at -> HTTP_DATE.format(at.atOffset(ZoneOffset.UTC)));
    }

    /** Whether an end is set, be it to come or past. */
    public boolean ends() {
        return sunsetAt != null;
    }

    /** Whether any date is set. */
    public boolean announced() {
        return deprecatedAt != null || sunsetAt != null;
    }
}
