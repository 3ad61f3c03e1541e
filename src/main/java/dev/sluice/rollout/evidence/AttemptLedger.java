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
    private final AddressVotes newcomers;
    private final CohortTally webSocket;
    private final CohortTally polling;
    private final Votes votes;
    private final Attempts attempts;

    private long connected;
    private long passedAt;
    private long halvedAt;
    private long turnedAway;

    public AttemptLedger(EvidenceLimits limits, EvidenceObserver observer) {
        this.limits = limits;
        this.observer = observer;
        this.clients = new ClientTable(limits.maxClients());
        this.newcomers = new AddressVotes(limits.votesPerAddress() * NEWCOMERS_PER_VOTE);
        this.webSocket = new CohortTally(limits.votesPerAddress());
        this.polling = new CohortTally(limits.votesPerAddress());
        this.votes = new Votes(clients, limits);
        this.attempts = new Attempts(clients, votes, webSocket, limits, observer);
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
        clients.set(row, Column.TOUCHED, Ticks.of(time));
        switch (what) {
            case ABLE, REPORTED_CONNECTED -> clients.flag(row, Flags.ABLE);
            case OFFERED_WHILE_POLLING -> offered(row, client, group, time, Flags.ON_POLLING);
            case OFFERED_ONCE -> offered(row, client, group, time, 0);
            case OFFERED_UPGRADE -> {
                clients.flag(row, Flags.ABLE);
                offered(row, client, group, time, Flags.ON_POLLING | Flags.UPGRADE);
            }
            case TRIED -> tried(row, client, group, time);
            case WORKED -> worked(row, client, group, time);
            case FAILED -> failed(row, client, group, time);
            case REFUSED -> attempts.refused(row, time);
            case MISTAKEN -> attempts.mistaken(row);
            case LEFT -> ended(row);
            case LOST -> lost(row, time);
            case SEEN -> isBack(row, time);
            case WEBSOCKET_ERROR -> fault(row, webSocket, time);
            case POLL_SERVED -> polled(row, group, time, Outcome.SUCCESS);
            case POLL_FAILED -> polled(row, group, time, Outcome.FAILURE);
            case REPORTED_FAILED -> attempts.reportedFailed(row);
            case REPORTED_FALLBACK -> attempts.reportedFallback(row);
        }
    }

    private int rowOf(long client, long address, long time) {
        int row = clients.find(client);
        if (row < 0) {
            if (address != 0 && !newcomers.spend(address, votes.window(time))) {
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
        return itself && clients.phase(row) != Flags.NO_ATTEMPT ? row : -1;
    }

    private void offered(int row, long client, int group, long time, int where) {
        isBack(row, time);
        attempts.offered(row, client, group, time, where);
    }

    private void tried(int row, long client, int group, long time) {
        isBack(row, time);
        attempts.reach(row, client, group, time, Flags.TRIED);
    }

    private void worked(int row, long client, int group, long time) {
        isBack(row, time);
        clients.set(row, Column.POLLED, 0);
        attempts.reach(row, client, group, time, Flags.WORKED);
        int live = Flags.live(clients.flags(row));
        connected += live == 0 ? 1 : 0;
        clients.set(row, Column.FLAGS, Flags.withLive(clients.flags(row), live + 1));
    }

    private void failed(int row, long client, int group, long time) {
        attempts.reach(row, client, group, time, Flags.FAILED);
    }

    private void ended(int row) {
        int live = Flags.live(clients.flags(row));
        connected -= live == 1 ? 1 : 0;
        clients.set(row, Column.FLAGS, Flags.withLive(clients.flags(row), live - 1));
    }

    private void lost(int row, long time) {
        ended(row);
        clients.set(row, Column.LOST, Ticks.of(time));
    }

    private void isBack(int row, long time) {
        int lost = clients.get(row, Column.LOST);
        if (lost == 0) {
            return;
        }
        clients.set(row, Column.LOST, 0);
        if (Ticks.millisSince(lost, time) > COMES_BACK_WITHIN.toMillis()) {
            return;
        }
        int before = clients.get(row, Column.LOST_BEFORE);
        clients.set(row, Column.LOST_BEFORE, lost);
        if (before != 0 && Ticks.millisBetween(before, lost) < LOSES_SELDOM.toMillis()) {
            fault(row, webSocket, time);
        }
    }

    private void fault(int row, CohortTally of, long time) {
        if (!votes.isSpent(row, Column.FAULTED, time)) {
            clients.set(row, Column.FAULTED, Ticks.of(time));
            of.error(clients.address(row), votes.window(time));
        }
    }

    private void polled(int row, int group, long time, Outcome outcome) {
        isBack(row, time);
        int last = clients.get(row, Column.POLLED);
        if (last != 0) {
            polling.exposed(Math.max(
                    0,
                    Math.min(Ticks.millisSince(last, time), limits.pollSilence().toMillis())));
        }
        clients.set(row, Column.POLLED, Ticks.of(time));
        if (outcome == Outcome.FAILURE) {
            fault(row, polling, time);
        }
        if (!votes.isSpent(row, Column.POLL_VOTED, time)) {
            clients.set(row, Column.POLL_VOTED, Ticks.of(time));
            Outcome counted = polling.vote(outcome, clients.address(row), votes.window(time));
            votes.voted(row, Column.POLL_VOTER_EPOCH, polling, counted);
            observer.settled(Cohort.POLLING, counted, group, true);
        }
    }

    /** Time passed: attempts whose deadline is over are counted. */
    public void settle(long time) {
        webSocket.exposed(connected * Math.max(0, time - passedAt));
        passedAt = Math.max(passedAt, time);
        attempts.settle(time);
        if (time - halvedAt >= SAMPLE_HALF_LIFE.toMillis()) {
            halvedAt = time;
            webSocket.halveSample();
            polling.halveSample();
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
        votes.restart(time);
        webSocket.restart();
        polling.restart();
    }

    /** Clients that are remembered. */
    public int size() {
        return clients.size();
    }

    /** Attempts whose deadline is to come. */
    public int open() {
        return attempts.open();
    }

    /** Clients that were forgotten to make room. */
    public long evicted() {
        return clients.evicted();
    }

    /** Events that were not looked at because their address brought too many newcomers, or too much was open. */
    public long turnedAway() {
        return turnedAway + attempts.turnedAway();
    }
}
