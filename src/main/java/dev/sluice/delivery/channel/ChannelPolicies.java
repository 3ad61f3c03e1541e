package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which policy a channel has. In a pattern {@code *} stands for any run of characters; of several that match, the one
 * with the most other characters holds. Any thread.
 */
public final class ChannelPolicies {
    private record Compiled(Pattern pattern, ChannelPolicy policy) {}

    private final List<Compiled> byLength;
    private final ChannelPolicy fallback;

    /** What holds for the channels of a pattern. */
    public record Rule(String pattern, ChannelPolicy policy) {}

    /** @param fallback for channels that no pattern matches */
    public ChannelPolicies(List<Rule> rules, ChannelPolicy fallback) {
        this.fallback = fallback;
        this.byLength = rules.stream()
                .sorted(Comparator.comparingInt((Rule rule) -> literals(rule.pattern()))
                        .reversed()
                        .thenComparing(Rule::pattern))
                .map(rule -> new Compiled(compile(rule.pattern()), rule.policy()))
                .toList();
    }

    private static int literals(String pattern) {
        return pattern.replace("*", "").length();
    }

    private static Pattern compile(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String literal : pattern.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(literal.isEmpty() ? "(?:)" : Pattern.quote(literal));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    public ChannelPolicy of(ChannelName channel) {
        for (Compiled rule : byLength) {
            if (rule.pattern().matcher(channel.value()).matches()) {
                return rule.policy();
            }
        }
        return fallback;
    }
}
