package dev.sluice.identity;

import io.smallrye.mutiny.Uni;

/** The keys that the gateway signs with for its own use. Fails with {@code store-unavailable}. */
public interface SigningKeys {

    /** The key of that name: the stored one, or {@code fresh}, which is stored then. Every node gets the same one. */
    Uni<byte[]> obtain(String name, byte[] fresh);
}
