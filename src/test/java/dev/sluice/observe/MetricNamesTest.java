package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetricNamesTest {
    private static final Pattern SERIES = Pattern.compile("(?m)^(sluice_\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(sluice_\\w+)(?:\\{(.*?)})?` \\|");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(?:=\"[^\"]*\")?,?");

    /** Section 3 of the contract, for what agents, flags and commands touch. */
    private static final Map<String, String> CONTRACT = Map.ofEntries(
            Map.entry("sluice_connections", "transport,protocol"),
            Map.entry("sluice_connection_attempts_total", "transport,protocol,outcome"),
            Map.entry("sluice_event_delivery_seconds", "transport,protocol"),
            Map.entry("sluice_messages_total", "direction,transport,protocol"),
            Map.entry("sluice_fallbacks_total", "protocol,reason"),
            Map.entry("sluice_switches_total", "from,to,reason"),
            Map.entry("sluice_errors_total", "transport,kind"),
            Map.entry("sluice_reconnect_seconds", ""),
            Map.entry("sluice_heartbeats_total", "transport,outcome"),
            Map.entry("sluice_rollout_percentage", "kind"),
            Map.entry("sluice_rollout_verdict", "verdict"),
            Map.entry("sluice_rollbacks_total", "reason"),
            Map.entry("sluice_config_reloads_total", "result"));

    @Test
    void everyNameOfTheContractIsThereBeforeAnythingHappens() {
        Map<String, Set<String>> exposed = exposed();

        CONTRACT.forEach((name, labels) -> assertThat(exposed).containsEntry(name, labels(labels)));
    }

    @Test
    void bothHistogramsHaveBuckets() {
        String scrape = new Meters().registry.scrape();

        for (String bound : new String[] {"0.005", "0.1", "0.5", "1.0", "10.0", "+Inf"}) {
            assertThat(scrape)
                    .contains("sluice_event_delivery_seconds_bucket{protocol=\"agent\",transport=\"websocket\",le=\""
                            + bound + "\",}");
        }
        assertThat(scrape).contains("sluice_reconnect_seconds_bucket{le=\"300.0\",}");
    }

    @Test
    void everyConstantIsRegistered() throws IllegalAccessException {
        Set<String> registered = new Meters()
                .registry.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .collect(Collectors.toSet());

        for (var field : MetricNames.class.getDeclaredFields()) {
            Object value = field.get(null);
            if (value.toString().startsWith("sluice.")) {
                assertThat(registered).as(field.getName()).contains(value.toString());
            }
        }
    }

    @Test
    void thePageForOperatorsListsTheSame() throws IOException {
        Map<String, Set<String>> documented = new TreeMap<>();
        Matcher row = DOCUMENTED.matcher(Files.readString(Path.of("docs/metrics.md")));
        while (row.find()) {
            documented.put(row.group(1), labels(row.group(2)));
        }

        assertThat(documented).isEqualTo(exposed());
    }

    /** Name to label keys, histograms as one. */
    private static Map<String, Set<String>> exposed() {
        Map<String, Set<String>> exposed = new TreeMap<>();
        Matcher series = SERIES.matcher(new Meters().registry.scrape());
        while (series.find()) {
            String name = series.group(1).replaceAll("_seconds_(bucket|sum|count|max)$", "_seconds");
            Set<String> labels = labels(series.group(2));
            labels.remove("le");
            exposed.put(name, labels);
        }
        return exposed;
    }

    private static Set<String> labels(String text) {
        Set<String> keys = new TreeSet<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            keys.add(label.group(1));
        }
        return keys;
    }
}
