package dev.sluice.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket whose messages are kept until they are taken: strings, and byte arrays. Whoever takes one behind the last
 * is told at once that it is closed, by an {@link UncheckedIOException}.
 */
public final class EngineSocketWire implements WebSocket.Listener {
    private static final int SECONDS = 20;
    /** Stands behind the last message, and stays there. */
    private static final Object END = new Object();

    private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final CompletableFuture<WebSocket> open = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

    @Override
    public void onOpen(WebSocket socket) {
        open.complete(socket);
        socket.request(Long.MAX_VALUE);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(text.toString());
            text.setLength(0);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            messages.add(binary.toByteArray());
            binary.reset();
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        ended(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        ended(1006);
    }

    private void ended(int code) {
        closed.complete(code);
        messages.add(END);
    }

    public void send(String message) {
        open.join().sendText(message, true).join();
    }

    /** Sends it again and again until the gateway has had enough, but not for ever. */
    public void sendUntilClosed(String message, int atMost) {
        try {
            for (int i = 0; i < atMost && isOpen(); i++) {
                send(message);
            }
        } catch (CompletionException closedMeanwhile) {
            // The close may come between the look and the write.
        }
    }

    public void send(byte... message) {
        open.join().sendBinary(ByteBuffer.wrap(message), true).join();
    }

    /** The next message that is no ping; those are answered. */
    public Object take() {
        while (true) {
            Object next = next();
            if (!"2".equals(next)) {
                return next;
            }
            send("3");
        }
    }

    /** The next message, pings included. */
    public Object next() {
        try {
            Object next = messages.poll(SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            if (next == END) {
                messages.add(END);
                throw new UncheckedIOException(new EOFException("closed with " + closed.join()));
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public String takeText() {
        return (String) take();
    }

    /** The code that it is closed with; 1006 for a cut. */
    public int awaitClose() {
        return closed.orTimeout(SECONDS, TimeUnit.SECONDS).join();
    }

    public boolean isOpen() {
        return !closed.isDone();
    }

    /** Away without a word. */
    public void cut() {
        open.join().abort();
    }

    public void close() {
        open.join().sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
}
