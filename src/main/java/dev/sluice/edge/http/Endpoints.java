package dev.sluice.edge.http;

import java.util.List;

/** A room's part of the API: what the catalogue mounts and {@code openapi.yaml} is compared with. */
public interface Endpoints {

    /** The same ones each time. */
    List<Endpoint> endpoints();
}
