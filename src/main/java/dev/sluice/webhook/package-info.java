/**
 * Events that leave the gateway over HTTP: how they are written (CloudEvents), signed, sent, tried again and kept in
 * order. Knows nothing of what they tell. Imports {@code core}, Vert.x, Mutiny, the CloudEvents SDK and Jackson.
 *
 * <p>Starting points: {@link dev.sluice.webhook.CloudEventWriter} (a value to bytes),
 * {@link dev.sluice.webhook.WebhookClient} (one try), {@link dev.sluice.webhook.WebhookQueue} (all of them, in order).
 */
@NullMarked
package dev.sluice.webhook;

import org.jspecify.annotations.NullMarked;
