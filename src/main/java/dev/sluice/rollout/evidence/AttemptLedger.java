package dev.sluice.rollout.evidence;

import dev.sluice.rollout.evidence.ClientTable.Column;
import dev.sluice.rollout.evidence.ClientTable.Flags;
import java.time.Duration;

/**
 * Makes votes of what clients live through.
 *
 * <p>An offer of WebSocket, or a client that asks for one unoffered, opens an attempt. It is counted when its time is
 * over, in the order of its start, however early its outcome is known: failures resolve late, and a sample that took the
 * successes first would look healthy to whoever looks early. What counts is the first thing that happened to it:
 *
 * <ul>
 *   <li>success: the first frame was answered;
 *   <li>failure: the connection died before, or was still not working, or never came;
 *   <li>fallback: it did not try, and stays on polling where it was when it was offered;
 *   <li>no attempt, no vote: the same, by a client that never showed it can use WebSocket;
 *   <li>nothing, where we turned it away.
 * </ul>
 *
 * <p>A client has one vote in a vote window, errors as well; whoever did not prove who it is shares the votes of its
 * address. So whatever one client does, it spoils its own vote. Memory is bounded: clients that were not heard of the
 * longest are forgotten, and one address cannot bring in more newcomers than could ever vote.
 *
 * <p>One thread at a time. Times are milliseconds of a clock that never jumps, from 0.
 */
public final class AttemptLedger {
    /** A client that lost its connection and is not back by then has gone, which says nothing about the network. */
    private static final Duration COMES_BACK_WITHIN = Duration.ofMinutes(2);

    /** Processes restart, which looks the same: the first loss in such a time is forgiven. */
    private static final Duration LOSES_SELDOM = Duration.ofHours(1);

    /** After which what was counted weighs half where concentration is looked for. */
    private static final Duration SAMPLE_HALF_LIFE = Duration.ofMinutes(10);

    /** Newcomers of an address for each vote that it has: most clients offered WebSocket may not be able to use it. */
    private static final int NEWCOMERS_PER_VOTE = 16;

    private final EvidenceLimits limits;
    private final EvidenceObserver observer;
    private final ClientTable clients;
    private final PendingAttempts pending;
    private final AddressVotes newcomers;
    private final CohortTally webSocket;
    private final CohortTally polling;
    private final long attemptMillis;
    private final long voteMillis;

    private long connected;
    private long passedAt;
    private long halvedAt;
    private long restartedAt = -1;
    private int epoch = 1;
    private long turnedAway;

    public AttemptLedger(EvidenceLimits limits, EvidenceObserver observer) {
        this.limits = limits;
        this.observer = observer;
        this.clients = new ClientTable(limits.maxClients());
        this.pending = new PendingAttempts(limits.maxClients());
        this.newcomers = new AddressVotes(limits.votesPerAddress() * NEWCOMERS_PER_VOTE);
        this.webSocket = new CohortTally(limits.votesPerAddress());
        this.polling = new CohortTally(limits.votesPerAddress());
        this.attemptMillis = limits.attemptWindow().toMillis();
        this.voteMillis = limits.voteWindow().toMillis();
    }

    /**
     * Something happened.
     *
     * @param client its mark
     * @param address the mark of where it came from; 0 for a client that proved who it is
     * @param group passed on when its attempt is settled; at most 255
     * @param time at or after that of the event before, but for what threads take to get here
     */
    public void on(Event what, long client, long address, int group, long time) {
        int row = what.compareTo(Event.REPORTED_CONNECTED) < 0
                ? rowOf(client, address, time)
                : reporting(client, address);
        if (row < 0) {
            return;
        }
        clients.set(row, Column.TOUCHED, ticks(time));
        switch (what) {
            case ABLE, REPORTED_CONNECTED -> flag(row, Flags.ABLE);
            case OFFERED_WHILE_POLLING -> offered(row, client, group, time, Flags.ON_POLLING);
            case OFFERED_ONCE -> offered(row, client, group, time, 0);
            case OFFERED_UPGRADE -> {
                flag(row, Flags.ABLE);
                offered(row, client, group, time, Flags.ON_POLLING | Flags.UPGRADE);
            }
            case TRIED -> tried(row, client, group, time);
            case WORKED -> worked(row, client, group, time);
            case FAILED -> failed(row, client, group, time);
            case REFUSED -> refused(row, time);
            case MISTAKEN -> mistaken(row);
            case LEFT -> ended(row);
            case LOST -> lost(row, time);
            case SEEN -> isBack(row, time);
            case WEBSOCKET_ERROR -> fault(row, webSocket, time);
            case POLL_SERVED -> polled(row, group, time, Outcome.SUCCESS);
            case POLL_FAILED -> polled(row, group, time, Outcome.FAILURE);
            case REPORTED_FAILED -> reportedFailed(row);
            case REPORTED_FALLBACK -> reportedFallback(row);
        }
    }

    private int rowOf(long client, long address, long time) {
        int row = clients.find(client);
        if (row < 0) {
            if (address != 0 && !newcomers.spend(address, window(time))) {
                turnedAway++;
                return -1;
            }
            row = clients.add(client);
            connected -= clients.takeLostConnected();
        }
        clients.address(row, address);
        return row;
    }

    /** Reports are of clients that we know, by whoever we know them from; others could be anybody's. */
    private int reporting(long client, long address) {
        int row = clients.find(client);
        boolean itself = row >= 0 && clients.address(row) == address;
        return itself && phase(row) != Flags.NO_ATTEMPT ? row : -1;
    }

    private void offered(int row, long client, int group, long time, int where) {
        isBack(row, time);
        int flags = flags(row);
        if (Flags.live(flags) > 0) {
            return;
        }
        if (Flags.phase(flags) == Flags.NO_ATTEMPT) {
            open(row, client, group, time, Flags.OFFERED, where);
        } else {
            // It asked where to connect, and turned up polling.
            flag(row, where);
        }
    }

    private void tried(int row, long client, int group, long time) {
        isBack(row, time);
        reach(row, client, group, time, Flags.TRIED);
    }

    private void worked(int row, long client, int group, long time) {
        isBack(row, time);
        clients.set(row, Column.POLLED, 0);
        reach(row, client, group, time, Flags.WORKED);
        int live = Flags.live(flags(row));
        connected += live == 0 ? 1 : 0;
        clients.set(row, Column.FLAGS, Flags.withLive(flags(row), live + 1));
    }

    private void failed(int row, long client, int group, long time) {
        reach(row, client, group, time, Flags.FAILED);
    }

    /** Its attempt has come to that phase, unless it had ended before; where it has none, this is how it begins. */
    private void reach(int row, long client, int group, long time, int phase) {
        flag(row, Flags.ABLE);
        int now = phase(row);
        if (now == Flags.NO_ATTEMPT) {
            if (phase != Flags.TRIED && isLateNews(row, time)) {
                return;
            }
            open(row, client, group, time, phase, Flags.ASKED);
        } else if (now == Flags.OFFERED || now == Flags.TRIED || overrules(phase, now)) {
            clients.set(row, Column.FLAGS, Flags.withPhase(flags(row), phase) | Flags.ASKED);
        }
    }

    /** It is about an attempt that was counted at its deadline, or dropped because evidence was started afresh. */
    private boolean isLateNews(int row, long time) {
        int started = clients.get(row, Column.STARTED);
        return started != 0 && millisSince(started, time) < voteMillis;
    }

    /** What we saw work did work, whatever the client reports. */
    private static boolean overrules(int phase, int now) {
        return now == Flags.REPORTED_FAILED && phase == Flags.WORKED;
    }

    private void open(int row, long client, int group, long time, int phase, int flags) {
        if (votedLately(row, Column.VOTED, time)) {
            return;
        }
        if (pending.full()) {
            turnedAway++;
            return;
        }
        int known = flags(row) & ~(Flags.ON_POLLING | Flags.ASKED | Flags.UPGRADE);
        clients.set(row, Column.FLAGS, Flags.withGroup(Flags.withPhase(known, phase), group) | flags);
        clients.set(row, Column.STARTED, ticks(time));
        pending.add(client, time);
    }

    private boolean votedLately(int row, Column column, long time) {
        int last = clients.get(row, column);
        // In the step that both fall into, nobody knows which came first: better a vote less than one twice.
        boolean afresh = restartedAt >= 0 && last - ticks(restartedAt) < 0;
        return last != 0 && !afresh && millisSince(last, time) < voteMillis;
    }

    /** It takes the vote with it: what the client does next follows from our refusal. */
    private void refused(int row, long time) {
        flag(row, Flags.ABLE);
        if (phase(row) == Flags.OFFERED || phase(row) == Flags.TRIED) {
            abandon(row);
        }
        clients.set(row, Column.VOTED, ticks(time));
    }

    /** Others that have not said who they are may go by the same name, and may yet fail. */
    private void mistaken(int row) {
        abandon(row);
        clients.set(row, Column.STARTED, 0);
    }

    private void abandon(int row) {
        clients.set(row, Column.FLAGS, Flags.withPhase(flags(row), Flags.NO_ATTEMPT));
    }

    private void ended(int row) {
        int live = Flags.live(flags(row));
        connected -= live == 1 ? 1 : 0;
        clients.set(row, Column.FLAGS, Flags.withLive(flags(row), live - 1));
    }

    private void lost(int row, long time) {
        ended(row);
        clients.set(row, Column.LOST, ticks(time));
    }

    private void isBack(int row, long time) {
        int lost = clients.get(row, Column.LOST);
        if (lost == 0) {
            return;
        }
        clients.set(row, Column.LOST, 0);
        if (millisSince(lost, time) > COMES_BACK_WITHIN.toMillis()) {
            return;
        }
        int before = clients.get(row, Column.LOST_BEFORE);
        clients.set(row, Column.LOST_BEFORE, lost);
        if (before != 0 && (long) (lost - before) * TICK_MILLIS < LOSES_SELDOM.toMillis()) {
            fault(row, webSocket, time);
        }
    }

    private void fault(int row, CohortTally of, long time) {
        if (!votedLately(row, Column.FAULTED, time)) {
            clients.set(row, Column.FAULTED, ticks(time));
            of.error(clients.address(row), window(time));
        }
    }

    private void polled(int row, int group, long time, Outcome outcome) {
        isBack(row, time);
        int last = clients.get(row, Column.POLLED);
        if (last != 0) {
            polling.exposed(Math.max(
                    0, Math.min(millisSince(last, time), limits.pollSilence().toMillis())));
        }
        clients.set(row, Column.POLLED, ticks(time));
        if (outcome == Outcome.FAILURE) {
            fault(row, polling, time);
        }
        if (!votedLately(row, Column.POLL_VOTED, time)) {
            clients.set(row, Column.POLL_VOTED, ticks(time));
            Outcome counted = polling.vote(outcome, clients.address(row), window(time));
            voter(row, Column.POLL_VOTER_EPOCH, polling, counted);
            observer.settled(Cohort.POLLING, counted, group, true);
        }
    }

    private void voter(int row, Column column, CohortTally of, Outcome counted) {
        if (counted != Outcome.CAPPED && clients.get(row, column) != epoch) {
            clients.set(row, column, epoch);
            of.newVoter();
        }
    }

    private void reportedFailed(int row) {
        flag(row, Flags.ABLE);
        if (phase(row) == Flags.OFFERED || phase(row) == Flags.TRIED) {
            clients.set(row, Column.FLAGS, Flags.withPhase(flags(row), Flags.REPORTED_FAILED));
        }
    }

    private void reportedFallback(int row) {
        flag(row, Flags.ABLE);
        if (phase(row) == Flags.OFFERED) {
            flag(row, Flags.ON_POLLING);
        }
    }

    /** Time passed: attempts whose deadline is over are counted. */
    public void settle(long time) {
        webSocket.exposed(connected * Math.max(0, time - passedAt));
        passedAt = Math.max(passedAt, time);
        while (pending.dueBy(time - attemptMillis)) {
            long start = pending.firstStart();
            int row = clients.find(pending.firstClient());
            pending.removeFirst();
            if (row >= 0 && clients.get(row, Column.STARTED) == ticks(start) && phase(row) != Flags.NO_ATTEMPT) {
                settle(row, start);
            }
        }
        if (time - halvedAt >= SAMPLE_HALF_LIFE.toMillis()) {
            halvedAt = time;
            webSocket.halveSample();
            polling.halveSample();
        }
    }

    private void settle(int row, long start) {
        int flags = flags(row);
        abandon(row);
        if (start <= restartedAt) {
            return; // it began under what was in force before
        }
        Outcome outcome = outcomeOf(flags);
        boolean asked = (flags & Flags.ASKED) != 0;
        if (outcome == Outcome.NO_ATTEMPT) {
            ignored(row, start, Flags.group(flags));
            return;
        }
        clients.set(row, Column.VOTED, ticks(start));
        Outcome counted = webSocket.vote(outcome, clients.address(row), window(start));
        voter(row, Column.VOTER_EPOCH, webSocket, counted);
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
        if (!votedLately(row, Column.IGNORED, start)) {
            clients.set(row, Column.IGNORED, ticks(start));
            webSocket.noAttempt();
            observer.settled(Cohort.WEBSOCKET, Outcome.NO_ATTEMPT, group, false);
        }
    }

    /** What the cohort did since this was asked the last time. After {@link #settle}. */
    public CohortWindow take(Cohort cohort, LatencyCounts latency) {
        return tally(cohort).take(latency);
    }

    /** Whether one unauthenticated address makes up most of the sample. */
    public boolean concentrated(Cohort cohort) {
        return tally(cohort).concentrated();
    }

    private CohortTally tally(Cohort cohort) {
        return cohort == Cohort.WEBSOCKET ? webSocket : polling;
    }

    /** Evidence starts afresh: what is counted is dropped, and so are attempts under way. Who is able is not forgotten. */
    public void restart(long time) {
        settle(time);
        restartedAt = time;
        epoch++;
        webSocket.restart();
        polling.restart();
    }

    /** Clients that are remembered. */
    public int size() {
        return clients.size();
    }

    /** Attempts whose deadline is to come. */
    public int open() {
        return pending.size();
    }

    /** Clients that were forgotten to make room. */
    public long evicted() {
        return clients.evicted();
    }

    /** Events that were not looked at because their address brought too many newcomers, or too much was open. */
    public long turnedAway() {
        return turnedAway;
    }

    private int flags(int row) {
        return clients.get(row, Column.FLAGS);
    }

    private int phase(int row) {
        return Flags.phase(flags(row));
    }

    private void flag(int row, int flag) {
        clients.set(row, Column.FLAGS, flags(row) | flag);
    }

    private int window(long time) {
        return (int) (time / voteMillis);
    }

    /** Times are kept in steps that 32 bits hold for a year; 0 is never. Differences are right across an overflow. */
    private static final int TICK_MILLIS = 16;

    private static int ticks(long millis) {
        int ticks = (int) (millis / TICK_MILLIS) + 1;
        return ticks == 0 ? 1 : ticks;
    }

    private static long millisSince(int ticks, long time) {
        return (long) (ticks(time) - ticks) * TICK_MILLIS;
    }
}
