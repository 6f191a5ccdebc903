/* SPDX-License-Identifier: Apache-2.0 */
package org.jamesqmgr.store;

/**
 * What every {@link MessageStore} promises, in parts. A store's test implements this interface and
 * has to say only how its store is opened, reopened and spoiled.
 */
public interface MessageStoreContract
        extends AcceptContract,
                ClaimContract,
                LeaseContract,
                GoOnContract,
                OutcomeContract,
                LaneContract,
                RecoveryContract,
                OperatorContract,
                AdministrationContract,
                ListContract,
                ListenerContract,
                CorruptionContract,
                ConcurrencyContract,
                InterruptContract,
                AdoptContract {}
