package dev.sluice.edge.http;

import io.netty.buffer.ByteBuf;

/** What an answer says, put straight into the buffer that goes to the socket. Any thread. */
public interface Body {

    /** In bytes, as many as are {@linkplain #putInto put}. */
    int size();

    /** Appends all of it. */
    void putInto(ByteBuf buffer);

    /** Bytes that are there already, which are not changed any more. */
    static Body of(byte[] bytes) {
        return new Body() {
            @Override
            public int size() {
                return bytes.length;
            }

            @Override
            public void putInto(ByteBuf buffer) {
                buffer.writeBytes(bytes);
            }
        };
    }
}
