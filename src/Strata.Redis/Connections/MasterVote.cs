namespace Strata.Redis.Connections;

/// <summary>Which of the masters that sentinels tell is the one to follow. Used by one thread at a time.</summary>
/// <remarks>
/// A sentinel that was down or cut off tells of the former master until others have told it of the failover; so only a higher number leads on. Sentinels that were told anew of their master count from the beginning, though: what more
/// than half of them say for a time in which each of them hears from the others many times (they speak every two seconds) is no leftover, whatever its number.
/// </remarks>
internal sealed class MasterVote(SentinelMaster known, int sentinelCount, TimeProvider time)
{
    /// <summary>How long more than half must say the same.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SentinelMaster? _other;
    private SentinelMaster? _disowned;
    private long _otherSince;

    /// <summary>The master that is followed; to be set when the connection to another one stands.</summary>
    public SentinelMaster Known { get; set; } = known;

    /// <summary>The master to follow after one round of answers.</summary>
    public SentinelMaster Judge(IReadOnlyCollection<SentinelMaster> answers)
    {
        SentinelMaster? highest = answers.Where(answer => !IsDisowned(answer)).MaxBy(answer => answer.Epoch);
        if (highest?.Epoch > Known.Epoch)
        {
            _other = null;
            return highest;
        }

        SentinelMaster? other = answers.Where(answer => !answer.EndPoint.Equals(Known.EndPoint)).GroupBy(answer => answer.EndPoint)
            .Where(group => group.Count() > sentinelCount / 2).Select(group => group.MaxBy(answer => answer.Epoch)).FirstOrDefault();
        if (other is null || !other.EndPoint.Equals(_other?.EndPoint))
            _otherSince = time.GetTimestamp();
        _other = other;
        if (other is null || time.GetElapsedTime(_otherSince) < Patience)
            return Known;
        _disowned = Known;
        return other;
    }

    // One that did not hear of the new beginning still says the old number, which is higher.
    private bool IsDisowned(SentinelMaster answer) => answer.EndPoint.Equals(_disowned?.EndPoint) && answer.Epoch <= _disowned.Epoch;
}
