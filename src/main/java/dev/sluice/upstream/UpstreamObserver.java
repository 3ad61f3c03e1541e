package dev.sluice.upstream;

/** Hears what becomes of events for the application. Called on any thread; must return at once. */
public interface UpstreamObserver {

    /** The application was asked and answered. */
    void asked();

    /** It was asked and did not answer in time, or could not be reached. */
    void unanswered();

    /** An event of the outbox arrived. */
    void told();

    /** One try failed, and there will be another. */
    void retried();

    /** An event was refused for good, or tried for as long as it may be. */
    void gaveUp();

    /** An event could not be kept. */
    void dropped();
}
