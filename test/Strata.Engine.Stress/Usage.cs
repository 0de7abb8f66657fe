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
              litmus  [--seconds N]  Races threads over native memory with frozen copies of the protocols, right and broken.
                                     N: the longest each race may take (default 30; it ends as soon as it is decided).
                      [--rounds N]   Accepted reads after which a right copy has passed (default 1000000).
              torture [--seconds N]  Works on real stores with values that describe themselves (default 20).
                      [--threads N]  Worker threads (default: processors + 1).
                      [--capacity N] Bytes of capacity (default 8388608).
                      [--seed N]     Seed of everything random but the scheduling (default: from the clock; always printed).
              --help                 This text.

            Exit code: 0 pass; 1 violation; 2 inconclusive, a control did not fail; 64 bad command line.

            """);
        return exitCode;
    }
}
