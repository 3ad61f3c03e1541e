package dev.sluice.rollout.evidence;

import dev.sluice.rollout.evidence.ClientTable.Column;
import dev.sluice.rollout.evidence.ClientTable.Flags;

/**
 * Attempts at WebSocket under way, one of a client at a time: how each begins, what happens to it first, and what it
 * counts as when its time is over. One thread; times as in {@link AttemptLedger}.
 */
final class Attempts {
    private final ClientTable clients;
    private final Votes votes;
    private final CohortTally webSocket;
    private final EvidenceObserver observer;
    private final PendingAttempts pending;
    private final long attemptMillis;
    private long turnedAway;

    Attempts(
            ClientTable clients, Votes votes, CohortTally webSocket, EvidenceLimits limits, EvidenceObserver observer) {
        this.clients = clients;
        this.votes = votes;
        this.webSocket = webSocket;
        this.observer = observer;
        this.pending = new PendingAttempts(limits.maxClients());
        this.attemptMillis = limits.attemptWindow().toMillis();
    }

    // ---- how one begins, and what happens to it

    /** It is offered WebSocket, there. */
    void offered(int row, long client, int group, long time, int where) {
        int flags = clients.flags(row);
        if (Flags.live(flags) > 0) {
            return;
        }
        if (Flags.phase(flags) == Flags.NO_ATTEMPT) {
            open(row, client, group, time, Flags.OFFERED, where);
        } else {
            // It asked where to connect, and turned up polling.
            clients.flag(row, where);
        }
    }

    /** Its attempt has come to that phase, unless it had ended before; where it has none, this is how it begins. */
    void reach(int row, long client, int group, long time, int phase) {
        clients.flag(row, Flags.ABLE);
        int now = clients.phase(row);
        if (now == Flags.NO_ATTEMPT) {
            if (phase != Flags.TRIED && isLateNews(row, time)) {
                return;
            }
            open(row, client, group, time, phase, Flags.ASKED);
        } else if (now == Flags.OFFERED || now == Flags.TRIED || overrules(phase, now)) {
            clients.set(row, Column.FLAGS, Flags.withPhase(clients.flags(row), phase) | Flags.ASKED);
        }
    }

    /** It is about an attempt that was counted at its deadline, or dropped because evidence was started afresh. */
    private boolean isLateNews(int row, long time) {
        int started = clients.get(row, Column.STARTED);
        return started != 0 && votes.isLately(started, time);
    }

    /** What we saw work did work, whatever the client reports. */
    private static boolean overrules(int phase, int now) {
        return now == Flags.REPORTED_FAILED && phase == Flags.WORKED;
    }

    private void open(int row, long client, int group, long time, int phase, int flags) {
        if (votes.isSpent(row, Column.VOTED, time)) {
            return;
        }
        if (pending.full()) {
            turnedAway++;
            return;
        }
        int known = clients.flags(row) & ~(Flags.ON_POLLING | Flags.ASKED | Flags.UPGRADE);
        clients.set(row, Column.FLAGS, Flags.withGroup(Flags.withPhase(known, phase), group) | flags);
        clients.set(row, Column.STARTED, Ticks.of(time));
        pending.add(client, time);
    }

    /** It takes the vote with it: what the client does next follows from our refusal. */
    void refused(int row, long time) {
        clients.flag(row, Flags.ABLE);
        if (clients.phase(row) == Flags.OFFERED || clients.phase(row) == Flags.TRIED) {
            abandon(row);
        }
        clients.set(row, Column.VOTED, Ticks.of(time));
    }

    /** Others that have not said who they are may go by the same name, and may yet fail. */
    void mistaken(int row) {
        abandon(row);
        clients.set(row, Column.STARTED, 0);
    }

    private void abandon(int row) {
        clients.set(row, Column.FLAGS, Flags.withPhase(clients.flags(row), Flags.NO_ATTEMPT));
    }

    void reportedFailed(int row) {
        clients.flag(row, Flags.ABLE);
        if (clients.phase(row) == Flags.OFFERED || clients.phase(row) == Flags.TRIED) {
            clients.set(row, Column.FLAGS, Flags.withPhase(clients.flags(row), Flags.REPORTED_FAILED));
        }
    }

    void reportedFallback(int row) {
        clients.flag(row, Flags.ABLE);
        if (clients.phase(row) == Flags.OFFERED) {
            clients.flag(row, Flags.ON_POLLING);
        }
    }

    // ---- what it counts as

    /** Time passed: those whose deadline is over are counted. */
    void settle(long time) {
        while (pending.dueBy(time - attemptMillis)) {
            long start = pending.firstStart();
            int row = clients.find(pending.firstClient());
            pending.removeFirst();
            if (row >= 0
                    && clients.get(row, Column.STARTED) == Ticks.of(start)
                    && clients.phase(row) != Flags.NO_ATTEMPT) {
                settle(row, start);
            }
        }
    }

    private void settle(int row, long start) {
        int flags = clients.flags(row);
        abandon(row);
        if (votes.isBefore(start)) {
            return; // it began under what was in force before
        }
        Outcome outcome = outcomeOf(flags);
        boolean asked = (flags & Flags.ASKED) != 0;
        if (outcome == Outcome.NO_ATTEMPT) {
            ignored(row, start, Flags.group(flags));
            return;
        }
        clients.set(row, Column.VOTED, Ticks.of(start));
        Outcome counted = webSocket.vote(outcome, clients.address(row), votes.window(start));
        votes.voted(row, Column.VOTER_EPOCH, webSocket, counted);
        if ((flags & Flags.UPGRADE) != 0 && counted != Outcome.CAPPED) {
            webSocket.upgradeOffered(asked);
        }
        observer.settled(Cohort.WEBSOCKET, counted, Flags.group(flags), asked);
    }

    private static Outcome outcomeOf(int flags) {
        return switch (Flags.phase(flags)) {
            case Flags.WORKED -> Outcome.SUCCESS;
            case Flags.OFFERED -> {
                if ((flags & Flags.ABLE) == 0) {
                    yield Outcome.NO_ATTEMPT;
                }
                yield (flags & Flags.ON_POLLING) != 0 ? Outcome.FALLBACK : Outcome.FAILURE;
            }
            default -> Outcome.FAILURE;
        };
    }

    /** No vote, so that the client keeps it for when it tries; but counted once in a vote window as well. */
    private void ignored(int row, long start, int group) {
        if (!votes.isSpent(row, Column.IGNORED, start)) {
            clients.set(row, Column.IGNORED, Ticks.of(start));
            webSocket.noAttempt();
            observer.settled(Cohort.WEBSOCKET, Outcome.NO_ATTEMPT, group, false);
        }
    }

    /** Those whose deadline is to come. */
    int open() {
        return pending.size();
    }

    /** Those that were not opened because too much was open. */
    long turnedAway() {
        return turnedAway;
    }
}
