package dev.sluice.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table on the console, the same figures as JSON, and whether every target is met. */
final class Report {
    private final List<Row> rows = new ArrayList<>();

    private record Row(String name, String unit, Samples samples, @Nullable Bound bound) {
        boolean missed() {
            return bound != null && !bound.holds(samples.median());
        }
    }

    /** A target: the median lies at or above it, or below it. */
    record Bound(double limit, boolean atLeast) {
        static Bound atLeast(double limit) {
            return new Bound(limit, true);
        }

        static Bound below(double limit) {
            return new Bound(limit, false);
        }

        boolean holds(double median) {
            return atLeast ? median >= limit : median < limit;
        }

        @Override
        public String toString() {
            return (atLeast ? ">= " : "< ") + Report.number(limit);
        }
    }

    void add(String name, String unit, Samples samples) {
        add(name, unit, samples, null);
    }

    void add(String name, String unit, Samples samples, @Nullable Bound bound) {
        rows.add(new Row(name, unit, samples, bound));
    }

    /** Fewer rounds than that prove nothing, so they fail nothing. */
    boolean met(int leastSamples) {
        return rows.stream().noneMatch(row -> row.missed() && row.samples().size() >= leastSamples);
    }

    void print() {
        System.out.printf(
                Locale.ROOT,
                "%n%-52s %10s %10s %10s  %-10s %2s  %-12s%n",
                "figure",
                "median",
                "least",
                "most",
                "unit",
                "n",
                "target");
        for (Row row : rows) {
            Samples samples = row.samples();
            String verdict = row.bound() == null ? "" : row.bound() + (row.missed() ? "  MISSED" : "  met");
            System.out.printf(
                    Locale.ROOT,
                    "%-52s %10s %10s %10s  %-10s %2d  %s%n",
                    row.name(),
                    number(samples.median()),
                    number(samples.min()),
                    number(samples.max()),
                    row.unit(),
                    samples.size(),
                    verdict);
        }
    }

    void write(Path file) throws IOException {
        List<Map<String, Object>> figures = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> figure = new LinkedHashMap<>();
            figure.put("name", row.name());
            figure.put("unit", row.unit());
            figure.put("median", row.samples().median());
            figure.put("samples", row.samples().values());
            if (row.bound() != null) {
                figure.put("target", row.bound().toString());
                figure.put("met", !row.missed());
            }
            figures.add(figure);
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), figures);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.0f", value);
    }
}
