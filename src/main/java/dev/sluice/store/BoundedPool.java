package dev.sluice.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The pool with the bounds that configuration has no keys for: a database that is away fails a request within seconds.
 *
 * <p>A server that falls silent without closing its connections holds their places in the pool until TCP gives up. An
 * idle timeout does not help: it half-closes the socket and waits for the other end, and the place stays taken.
 */
@Singleton
class BoundedPool implements PgPoolCreator {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int ACQUIRE_MILLIS = 3_000;

    @Override
    public Pool create(Input input) {
        input.pgConnectOptionsList()
                .forEach(server -> server.setConnectTimeout(CONNECT_MILLIS).setTcpKeepAlive(true));
        PoolOptions options = input.poolOptions()
                .setConnectionTimeout(ACQUIRE_MILLIS)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        return PgBuilder.pool()
                .with(options)
                .connectingTo(new ArrayList<SqlConnectOptions>(input.pgConnectOptionsList()))
                .using(input.vertx())
                .build();
    }
}
