package dev.sluice.delivery.mailbox;

/**
 * A message at its place in one mailbox.
 *
 * @param position from 1, strictly rising within the mailbox for first deliveries; a redelivery keeps its position
 * @param attempt 1 for the first delivery, then 2, 3 …
 */
public record Outbound(long position, int attempt, Message message) {}
