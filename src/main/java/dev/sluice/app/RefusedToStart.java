package dev.sluice.app;

/** The gateway does not start, for a reason that the person at the console can do something about. */
final class RefusedToStart extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedToStart(String message) {
        super(message, null, false, false);
    }
}
