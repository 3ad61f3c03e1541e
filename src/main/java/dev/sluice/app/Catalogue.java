package dev.sluice.app;

import dev.sluice.edge.client.BrowserFiles;
import dev.sluice.edge.gate.Cors;
import dev.sluice.edge.http.Endpoint;
import dev.sluice.edge.http.Endpoints;
import dev.sluice.edge.http.FrontDoor;
import dev.sluice.edge.http.Upgrades;
import io.quarkus.arc.All;
import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/** Every URL of the public listener, mounted in one place: whatever the rooms have to offer. */
@Singleton
final class Catalogue {
    private final List<Endpoints> rooms;
    private final List<Upgrades> upgrades;

    Catalogue(@All List<Endpoints> rooms, @All List<Upgrades> upgrades) {
        this.rooms = rooms;
        this.upgrades = upgrades;
    }

    void mount(@Observes Router router, FrontDoor door, Cors cors, BrowserFiles files) {
        cors.mount(router);
        upgrades.forEach(room -> room.mount(router));
        files.mount(router);
        List<String> sockets =
                upgrades.stream().flatMap(room -> room.paths().stream()).toList();
        door.mount(router, endpoints(), sockets);
    }

    /** All of them but the WebSockets; what {@code openapi.yaml} is compared with. */
    List<Endpoint> endpoints() {
        return rooms.stream().flatMap(room -> room.endpoints().stream()).toList();
    }
}
