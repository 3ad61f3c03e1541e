package dev.sluice.delivery.scenario;

import java.util.List;
import java.util.stream.Stream;

/**
 * One way to break a promise of the engine by changing a line of it.
 *
 * @param promise what is broken
 * @param type the class whose source is changed, below {@code dev.sluice}
 * @param family the stories that have to notice
 * @param from occurs exactly once in that source
 */
record Mutation(String promise, String type, String family, String from, String to) {
    private static final String NATIVES = "natives";
    private static final String COMMANDS = "commands";
    private static final String MAILBOX = "mailbox.MemoryMailbox";
    private static final String SESSION = "session.Session";
    private static final String MACHINE = "session.SessionMachine";
    private static final String AGENT = "command.CommandMailbox";
    private static final String QUEUE = "command.CommandQueue";
    private static final String SLOT = "command.QueueSlot";
    private static final String JOURNAL = "command.CommandJournal";
    private static final String CHANNELS = "channels";
    private static final String CHANNEL_MAILBOX = "channel.ChannelMailbox";
    private static final String COMMIT = "channel.GroupCommit";

    @Override
    public String toString() {
        return promise;
    }

    String className() {
        return "dev.sluice." + type;
    }

    static List<Mutation> all() {
        return Stream.of(ofDelivery(), SocketMutations.all())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutation> ofDelivery() {
        return List.of(
                of(
                        MAILBOX,
                        NATIVES,
                        "acknowledges on write",
                        "        sent++;\n        return next;",
                        "        sent++;\n        acknowledge(cursor);\n        return next;"),
                of(MAILBOX, NATIVES, "forgets the floor", "after >= floor - 1 && after <=", "after <="),
                of(MAILBOX, NATIVES, "takes a cursor beyond the last sent", " && after <= highestSent", ""),
                of(MAILBOX, NATIVES, "does not send again", "        rewind(after);\n", ""),
                of(
                        MAILBOX,
                        NATIVES,
                        "sends again in another order",
                        "again = row.get(i)",
                        "again = row.get(sent - 1 - i)"),
                of(MAILBOX, NATIVES, "undoes an acknowledgement", "position <= acknowledged || ", ""),
                of(MAILBOX, NATIVES, "takes an acknowledgement on credit", " || position > highestSent", ""),
                of(MAILBOX, NATIVES, "continues as if afresh", "from.kind() == Resume.Kind.CONTINUE", "limits == null"),
                of(MAILBOX, NATIVES, "continues over a gap", "return covers(cursor);", "return true;"),
                of(MAILBOX, NATIVES, "runs ahead with the cursor", "return cursor;", "return highestSent;"),
                of(MAILBOX, NATIVES, "keeps an unbounded sent zone", "floor = dropped.position() + 1;", ""),
                of(SESSION, NATIVES, "skips the fence", " && attached.attachment() == attachment;", ";"),
                of(
                        SESSION,
                        NATIVES,
                        "cuts down under a live client",
                        "tooSlow();\n        mailbox.cutDown();",
                        "mailbox.cutDown();"),
                of(MACHINE, NATIVES, "lets a fenced end count", " || attached.attachment() != gone", ""),
                of(
                        MACHINE,
                        NATIVES,
                        "tells no one of the fence",
                        "new Effect.Fence(((Attached) now).attachment()), ",
                        ""),
                of(MACHINE, NATIVES, "outlives the grace", "millis >= deadline", "millis < 0"),
                of(
                        MACHINE,
                        COMMANDS,
                        "keeps what a lost agent had",
                        "? Step.to(new Detached(expiresAt), new Effect.Release())",
                        "? Step.to(new Detached(expiresAt))"),
                of(
                        AGENT,
                        COMMANDS,
                        "takes no after for an acknowledgement",
                        "queue.acknowledgeThrough(this, from.position(), now);",
                        ""),
                of(
                        AGENT,
                        COMMANDS,
                        "takes a cursor never handed out",
                        "from.position() > queue.handedOut()",
                        "now < 0"),
                of(
                        AGENT,
                        COMMANDS,
                        "forgets to send again to who comes back",
                        "case LAST_ACKNOWLEDGED -> queue.releaseAllOf(this);",
                        "case LAST_ACKNOWLEDGED -> {}"),
                of(
                        QUEUE,
                        COMMANDS,
                        "never ends a lease",
                        "now - oldest.leasedAt < limits.lease().toMillis()",
                        "now > 0"),
                of(
                        QUEUE,
                        COMMANDS,
                        "ends a lease at once",
                        "now - oldest.leasedAt < limits.lease().toMillis()",
                        "now < 0"),
                of(
                        QUEUE,
                        COMMANDS,
                        "hands out the newest first",
                        "firstFreeFor(CommandMailbox replica) {\n        for (OpenCommand command : free.values()) {",
                        "firstFreeFor(CommandMailbox replica) {\n        for (OpenCommand command : free.descendingMap().values()) {"),
                of(
                        QUEUE,
                        COMMANDS,
                        "gives what one replica kept too long to another while it is there",
                        "oldest.reservedFor = holder;",
                        "oldest.reservedFor = null;"),
                of(
                        QUEUE,
                        COMMANDS,
                        "drops an acknowledgement",
                        "journal.record(CommandChange.acknowledged(",
                        "java.util.Objects.requireNonNull(" + "CommandChange.acknowledged("),
                of(
                        QUEUE,
                        COMMANDS,
                        "sends again what is acknowledged",
                        "        free.remove(command.number());\n" + "        command.acknowledged = true;",
                        "        free.put(command.number(), command);\n" + "        command.acknowledged = true;"),
                of(
                        QUEUE,
                        COMMANDS,
                        "covers a lost answer with the next cursor",
                        "cursor = Math.min(cursor, command.number() - 1);",
                        ""),
                of(
                        QUEUE,
                        COMMANDS,
                        "settles by another replica's cursor",
                        "return command.lastHolder.equals(replica.instanceId()) && !command.behindCursor;",
                        "return true;"),
                of(QUEUE, COMMANDS, "cancels what was handed out", "command.attempt > 0 || ", ""),
                of(
                        SLOT,
                        COMMANDS,
                        "loads without waiting for the journal",
                        "journal.durable()",
                        "Uni.createFrom().voidItem()"),
                of(
                        SLOT,
                        COMMANDS,
                        "does not look again after a doubtful acceptance",
                        "state = State.DOUBTFUL;\n" + "            reloadAt",
                        "reloadAt"),
                of(JOURNAL, COMMANDS, "drops what could not be written", "        keep(batch);\n", ""),
                of(
                        MAILBOX,
                        CHANNELS,
                        "acknowledges events on write",
                        "        sent++;\n        return next;",
                        "        sent++;\n        acknowledge(cursor);\n        return next;"),
                of(
                        "channel.Subscribing",
                        CHANNELS,
                        "keeps a record without the newest channel",
                        "ask.subscription.policy.durable() || session.storage.isStored();",
                        "ask.subscription.policy.durable();"),
                of(
                        "channel.HistoryPage",
                        CHANNELS,
                        "forgets that a history has a floor",
                        "return floor > after + 1;",
                        "return false;"),
                of(
                        "channel.Subscription",
                        CHANNELS,
                        "joins without the head",
                        "next = place.offset() + 1;",
                        "next = 1;"),
                of(
                        "channel.ChannelHub",
                        CHANNELS,
                        "tells the second subscriber another head",
                        "subscription.joined(topic.place());",
                        "subscription.joined(new StreamPosition(topic.epoch, topic.head + 1));"),
                of(
                        "channel.Replay",
                        CHANNELS,
                        "runs ahead of a replay with the cursor",
                        "return offer(to, publication, Watermark.NONE, to.number, publication.offset());",
                        "return offer(to, publication, Watermark.of(to.policy.durable(), publication.position()), -1, 0);"),
                of(
                        "channel.Merge",
                        CHANNELS,
                        "fills channels one after the other under one mark",
                        "each -> each.firstRead().position()",
                        "each -> -each.firstRead().position()"),
                of(
                        "channel.Replay",
                        CHANNELS,
                        "fills from before the subscription",
                        "same || wasEmpty ? Math.max(page.after(), began) : 0",
                        "same ? page.after() : 0"),
                of(
                        "channel.Placing",
                        CHANNELS,
                        "keeps an exception for good",
                        "if (exception == SessionCursor.NONE || catchUp.isException(exception)) {\n            return",
                        "if (exception > -9) {\n            return"),
                of(
                        "channel.Resuming",
                        CHANNELS,
                        "forgets the exception of a cursor",
                        "each.number == from.subscription()",
                        "each.number == -5"),
                of(
                        "channel.FallingBehind",
                        CHANNELS,
                        "does not fill what overflowed",
                        "            subscription.next = offset;\n",
                        ""),
                of(
                        "channel.Subscribing",
                        CHANNELS,
                        "answers before the session is stored",
                        "ask.storesFirst |= !ask.subscription.begun && kept;",
                        "ask.storesFirst |= false;"),
                of(
                        CHANNEL_MAILBOX,
                        CHANNELS,
                        "does not know where an acknowledgement was",
                        "        base.pass(oldest.message());\n",
                        ""),
                of(
                        CHANNEL_MAILBOX,
                        CHANNELS,
                        "goes on with the place of the lost connection",
                        "        run.set(acknowledged);\n",
                        ""),
                of(
                        "channel.Requests",
                        CHANNELS,
                        "publishes again what is repeated",
                        "return id == null || byId == null ? null : byId.get(id);",
                        "return null;"),
                of(
                        COMMIT,
                        CHANNELS,
                        "gives out before it is stored",
                        "                own.add(publication);\n",
                        "                own.add(publication);\n                broker.giveOut(channel, publication, null);\n"),
                of(
                        COMMIT,
                        CHANNELS,
                        "does not read again what is in doubt",
                        "        doubtful.addAll(batch.channels());\n",
                        ""));
    }

    private static Mutation of(String type, String family, String promise, String from, String to) {
        return new Mutation(promise, "delivery." + type, family, from, to);
    }
}
