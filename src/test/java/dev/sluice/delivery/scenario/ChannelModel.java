package dev.sluice.delivery.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was published, and what every client is promised of it: lists and maps, and no engine. */
final class ChannelModel {
    private record Hole(String client, String session, String channel, String epoch, long offset) {}

    private final Script script;
    private final Map<String, String> dataByPlace = new HashMap<>();
    private final Map<String, String> placeByData = new HashMap<>();
    private final Map<String, Integer> attempts = new HashMap<>();
    private final Map<String, Long> known = new HashMap<>();
    private final List<Hole> holes = new ArrayList<>();

    ChannelModel(Script script) {
        this.script = script;
    }

    void attempted(String channel) {
        attempts.merge(channel, 1, Integer::sum);
    }

    /** How many publications of that channel were tried. */
    int attempts(String channel) {
        return attempts.getOrDefault(channel, 0);
    }

    /** The highest offset that is known to be given. */
    long known(String channel) {
        return known.getOrDefault(channel, 0L);
    }

    /** So many of them there are; what was tried beyond that never was. */
    void are(String channel, int count) {
        attempts.put(channel, count);
        known.put(channel, (long) count);
    }

    /** One publication has one place, and one place has one publication. */
    void isAt(String channel, String epoch, long offset, String data) {
        known.merge(channel, offset, Math::max);
        String place = channel + " " + epoch + " " + offset;
        String other = dataByPlace.putIfAbsent(place, data);
        script.check(other == null || other.equals(data), "%s is %s and %s", place, other, data);
        String elsewhere = placeByData.putIfAbsent(data, place);
        script.check(elsewhere == null || elsewhere.equals(place), "%s is at %s and at %s", data, elsewhere, place);
    }

    /** Whether a history of that size can have let go of the offset. */
    boolean mayBeGone(String channel, long offset, int size) {
        return offset <= attempts.getOrDefault(channel, 0) - size;
    }

    void skipped(String client, String session, String channel, String epoch, long from, long to) {
        for (long offset = from; offset <= to; offset++) {
            holes.add(new Hole(client, session, channel, epoch, offset));
        }
    }

    /** What a client was not given has to be what it said itself, and did not want back. */
    void holesAreTheirOwn(boolean mayBeUnknown) {
        for (Hole hole : holes) {
            String data = dataByPlace.get(hole.channel() + " " + hole.epoch() + " " + hole.offset());
            // Nobody was told what stood there, where the gateway died before it said so.
            boolean unknown = data == null && mayBeUnknown;
            script.check(
                    unknown || data != null && data.endsWith("!" + hole.session()),
                    "a silent gap: %s never got %s %d",
                    hole.client(),
                    hole.channel(),
                    hole.offset());
        }
    }
}
