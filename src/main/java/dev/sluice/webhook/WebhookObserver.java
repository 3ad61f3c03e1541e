package dev.sluice.webhook;

/** Hears what becomes of events on their way out. Called on any thread; must return at once. */
public interface WebhookObserver {

    /** The receiver has it. */
    void delivered();

    /** One try failed, and there will be another. */
    void retried();

    /** It was given up: refused, or tried as often as it may be. */
    void failed();

    /** It was let go untried, since too many were waiting. */
    void dropped();
}
