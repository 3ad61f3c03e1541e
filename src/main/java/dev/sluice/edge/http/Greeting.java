package dev.sluice.edge.http;

/** Tells whoever is known how it is served. Asked once per answer, where nobody who knew more has told it. */
@FunctionalInterface
public interface Greeting {

    /** On the request's event loop, before the head of the answer is written; does nothing for whoever is unknown. */
    void greet(Call call);
}
