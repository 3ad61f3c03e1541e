package dev.sluice.identity;

/**
 * A token as it is kept: its public half and the SHA-256 of its secret. Secrets carry 256 random bits, so a plain
 * fast hash is enough: there is nothing to guess that a slow one would protect.
 *
 * @param secretHash 32 bytes, lower-case hex
 */
public record StoredToken(Token token, String secretHash) {}
