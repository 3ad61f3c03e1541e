package dev.sluice.delivery.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What was published, said to one socket alone, and said by clients: lists, maps, and no engine. */
final class SocketModel {
    /** Something said to one session alone: no history has it. */
    private static final class Word {
        final String text;
        /** From now on it survives a kill, as a loss that is told if not as itself. */
        boolean promised;
        /** It was not promised when the gateway died. */
        boolean mayBeLost;

        Word(String text) {
            this.text = text;
        }
    }

    final ChannelModel channels;
    final SocketAsks asks;
    private final Script script;
    private final Map<String, List<Word>> words = new HashMap<>();
    private final Set<String> said = new HashSet<>();
    private final Set<String> heard = new HashSet<>();
    private final Map<String, Integer> heardOf = new HashMap<>();

    SocketModel(Script script) {
        this.script = script;
        this.channels = new ChannelModel(script);
        this.asks = new SocketAsks(script);
    }

    // ---- words to one session

    /** @return what to run once it is promised */
    Runnable says(String pid, String text) {
        Word word = new Word(text);
        words.computeIfAbsent(pid, id -> new ArrayList<>()).add(word);
        return () -> word.promised = true;
    }

    void killed() {
        asks.killed();
        words.values().forEach(all -> all.forEach(word -> word.mayBeLost |= !word.promised));
    }

    /**
     * A client that has the first {@code has} words of its session gets that one.
     *
     * @return how many it has then
     */
    int hears(String client, String pid, int has, String text) {
        List<Word> all = words.getOrDefault(pid, List.of());
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).text.equals(text)) {
                script.check(i >= has, "doubled: %s was told %s again", client, text);
                nothingIsLeftOut(client, all.subList(has, i));
                return i + 1;
            }
        }
        throw script.failed(client + " was told " + text + ", which was not for it", null);
    }

    void hasHeardAll(String client, String pid, int has) {
        List<Word> all = words.getOrDefault(pid, List.of());
        nothingIsLeftOut(client, all.subList(has, all.size()));
    }

    private void nothingIsLeftOut(String client, List<Word> leftOut) {
        for (Word word : leftOut) {
            script.check(word.mayBeLost, "a silent gap: %s was never told %s", client, word.text);
        }
    }

    // ---- words of clients

    /** The next thing that is said over that line. */
    String nextOf(String line) {
        String next = line + "-" + (said.size() + 1);
        said.add(next);
        return next;
    }

    void applicationHears(String text) {
        script.check(said.contains(text), "the application heard %s, which nobody said", text);
        script.check(heard.add(text), "doubled: the application heard %s twice", text);
        int dash = text.indexOf('-');
        int number = Integer.parseInt(text.substring(dash + 1));
        Integer before = heardOf.put(text.substring(0, dash), number);
        script.check(before == null || before < number, "the application heard %s late", text);
    }

    boolean wasHeard(String text) {
        return heard.contains(text);
    }
}
