package dev.sluice.delivery.channel;

/**
 * The bounds of a broker in memory.
 *
 * @param maxWaiting publications that may wait to be appended, over all channels
 * @param maxWaitingBytes the same in bytes
 * @param maxBatch publications in one durable batch
 * @param maxChannels channels held in memory; beyond it those without subscribers go, the longest unused first
 * @param maxKeys idempotency keys of volatile channels that are remembered
 */
public record BrokerLimits(int maxWaiting, long maxWaitingBytes, int maxBatch, int maxChannels, int maxKeys) {
    /** 10,000 publications and 64 MiB of them, 1,000 in a batch, 100,000 channels, 100,000 keys. */
    public static final BrokerLimits DEFAULT = new BrokerLimits(10_000, 64L << 20, 1_000, 100_000, 100_000);
}
