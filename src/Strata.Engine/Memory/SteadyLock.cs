namespace Strata.Engine.Memory;

/// <summary>
/// Waits for a lock that <see cref="Thread.Interrupt"/> does not break off: for locks that are taken in the middle of a change. The interruption
/// stays pending for the thread's next wait.
/// </summary>
internal static class SteadyLock
{
    public static Lock.Scope EnterSteadily(this Lock gate)
    {
        bool isInterrupted = false;
        while (true)
        {
            try
            {
                Lock.Scope scope = gate.EnterScope();
                if (isInterrupted)
                    Thread.CurrentThread.Interrupt();
                return scope;
            }
            catch (ThreadInterruptedException)
            {
                isInterrupted = true;
            }
        }
    }
}
