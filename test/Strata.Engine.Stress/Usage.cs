namespace Strata.Engine.Stress;

internal static class Usage
{
    public static int Print(TextWriter to, int exitCode)
    {
        to.Write(
            """
            Strata.Engine.Stress: tries to break the engine and its protocols.

              explore [--trace]      Visits every execution of the lock-free protocols under a memory model as weak as Armv8.
                                     --trace prints the counterexample of each broken protocol, not only its length.
              fuzz    [--inputs N]   Gives every decoder of foreign bytes valid, changed and random inputs (default 1000000 each).
                      [--target T]   Only this decoder: lz4, compression, envelope, encrypted, messagepack, messagepack-contract.
                      [--first N]    The number of the first input (default 0); an input is made of the seed and its number.
                      [--seed N]     Seed of all inputs (default: from the clock; always printed).
              litmus  [--seconds N]  Races threads over native memory with frozen copies of the protocols, right and broken.
                                     N: the longest each race may take (default 30; it ends as soon as it is decided).
                      [--rounds N]   Accepted reads after which a right copy has passed (default 1000000).
              linear  [--seconds N]  Records what several threads do to few keys, and looks for an order that explains it (default 20).
                      [--threads N]  Worker threads (default: processors + 1).
                      [--seed N]     Seed of everything random but the scheduling (default: from the clock; always printed).
              parity  [--seed N]     Compares the engine, request by request, with a small S3-FIFO reference on random, Zipf, loop and
                                     scan sequences (seed as above).
                      [--traces DIR] The same for the beginnings of the traces in a directory (*.bin.gz).
                      [--requests N] Requests of each trace (default 200000).
              torture [--seconds N]  Works on real stores with values that describe themselves (default 20).
                      [--threads N]  Worker threads (default: processors + 1).
                      [--capacity N] Bytes of capacity (default 8388608).
                      [--seed N]     Seed of everything random but the scheduling (default: from the clock; always printed).
              soak    [--seconds N]  Torture of stores and with work that are drawn anew for each round; nothing may be left after it (default 60).
                      [--round-ms N] How long the threads work in a round (default 1000).
                      [--rounds N]   The fewest rounds (default 1).
                      [--threads N]  The most worker threads (default: 2 processors + 1).
                      [--capacity N] The largest capacity in bytes (default 33554432).
                      [--seed N]     Seed of the first round; each further one has the next (default: from the clock; printed for each round).
              --help                 This text.

            Exit code: 0 pass; 1 violation; 2 inconclusive, a control did not fail; 64 bad command line.

            """);
        return exitCode;
    }
}
