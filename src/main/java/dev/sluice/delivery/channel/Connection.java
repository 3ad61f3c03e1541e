package dev.sluice.delivery.channel;

import dev.sluice.delivery.session.Pipe;
import java.util.function.Consumer;

/**
 * What a client attaches with. Everything is called on the session's home.
 *
 * @param owner has to be the one that opened the session
 * @param pipe drains the mailbox
 * @param welcome told the accepted cursor once the attach is certain and before the first frame: the moment to write a
 *     welcome. Must not call back
 * @param farewell asked to move its client, while this is the attached connection
 */
public record Connection(String owner, Pipe pipe, Consumer<SessionCursor> welcome, Consumer<Farewell> farewell) {}
