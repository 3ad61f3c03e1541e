package dev.sluice.edge.http;

/**
 * Where a request comes from and under which address it found us, with trusted proxies seen through.
 *
 * @param address the client's address without a port
 * @param baseUrl {@code http(s)://host[:port]} as the client typed it, or the configured public URL
 */
public record ClientOrigin(String address, String baseUrl) {

    /** The same with a WebSocket scheme. */
    public String webSocketBaseUrl() {
        return baseUrl.startsWith("https") ? "wss" + baseUrl.substring(5) : "ws" + baseUrl.substring(4);
    }
}
