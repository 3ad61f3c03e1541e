package dev.sluice.edge.http;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out where requests come from. Forwarded headers count only where a trusted proxy sent them. */
public final class ClientOrigins {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.\\-_]+(:\\d{1,5})?|\\[[0-9a-fA-F:.]+](:\\d{1,5})?");

    private final List<IpSubnetFilterRule> trusted;
    private final @Nullable String publicUrl;
    /** The one that was asked for last: nearly every request names the same host. */
    private volatile @Nullable Base last;

    private record Base(String scheme, String host, String url) {}

    /**
     * @param trustedProxies CIDRs; a bare address is itself alone
     * @param publicUrl what to hand out as our own address, or null to repeat what the client used
     */
    public ClientOrigins(List<String> trustedProxies, @Nullable String publicUrl) {
        this.trusted = trustedProxies.stream().map(ClientOrigins::rule).toList();
        this.publicUrl = publicUrl == null ? null : publicUrl.replaceAll("/+$", "");
    }

    private static IpSubnetFilterRule rule(String cidr) {
        String withPrefix = cidr.contains("/") ? cidr : cidr + (cidr.contains(":") ? "/128" : "/32");
        return new IpSubnetFilterRule(withPrefix.strip(), IpFilterRuleType.ACCEPT);
    }

    public ClientOrigin of(HttpServerRequest request) {
        boolean proxied = isTrusted(request);
        return new ClientOrigin(address(request, proxied), baseUrl(request, proxied));
    }

    private boolean isTrusted(HttpServerRequest request) {
        if (trusted.isEmpty()) {
            return false;
        }
        InetSocketAddress peer = new InetSocketAddress(request.remoteAddress().hostAddress(), 0);
        return trusted.stream().anyMatch(rule -> rule.matches(peer));
    }

    /** The last address that no trusted proxy vouches for: everything left of it may be invented. */
    private String address(HttpServerRequest request, boolean proxied) {
        String peer = peer(request.remoteAddress());
        String forwarded = proxied ? request.getHeader("X-Forwarded-For") : null;
        if (forwarded == null) {
            return peer;
        }
        String[] hops = forwarded.split(",");
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].strip();
            if (!isTrustedAddress(hop)) {
                return hop.isEmpty() ? peer : hop;
            }
        }
        return hops[0].strip();
    }

    /** The connection's own word where that says the same: whoever stays keeps one of them, not two. */
    private static String peer(SocketAddress remote) {
        String literal = remote.hostAddress();
        String host = remote.host();
        return literal.equals(host) ? host : literal;
    }

    private boolean isTrustedAddress(String literal) {
        // Only literals: a name would be resolved, which blocks and lets a client make us ask its DNS server.
        if (!literal.matches("[0-9a-fA-F:.]+")) {
            return false;
        }
        InetSocketAddress hop = new InetSocketAddress(literal, 0);
        return !hop.isUnresolved() && trusted.stream().anyMatch(rule -> rule.matches(hop));
    }

    private String baseUrl(HttpServerRequest request, boolean proxied) {
        if (publicUrl != null) {
            return publicUrl;
        }
        String scheme = request.isSSL() ? "https" : "http";
        String host = host(request);
        if (proxied) {
            scheme = "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto")) ? "https" : scheme;
            String forwardedHost = request.getHeader("X-Forwarded-Host");
            host = forwardedHost != null ? forwardedHost : host;
        }
        Base before = last;
        if (before != null && before.host.equals(host) && before.scheme.equals(scheme)) {
            return before.url;
        }
        if (host == null || !HOST.matcher(host).matches()) {
            return scheme + "://" + request.localAddress();
        }
        Base found = new Base(scheme, host, scheme + "://" + host);
        last = found;
        return found.url;
    }

    /** HTTP/2 has no such header: there the pseudo-header says it. */
    private static @Nullable String host(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.HOST);
        if (header != null) {
            return header;
        }
        HostAndPort authority = request.authority();
        return authority == null ? null : authority.toString();
    }
}
