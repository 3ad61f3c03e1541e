/**
 * What survives a restart: PostgreSQL through Hibernate Reactive, behind the ports of the rooms below. Imports those
 * ports, {@code core}, Hibernate Reactive, the reactive client and Jackson; rows never leave.
 *
 * <p>Starting points: {@link dev.sluice.store.Transactions} (how every statement runs),
 * {@link dev.sluice.store.PgCommandStore}, {@link dev.sluice.store.StoreHealth}; tables are in
 * {@code db/migration}.
 */
@NullMarked
package dev.sluice.store;

import org.jspecify.annotations.NullMarked;
