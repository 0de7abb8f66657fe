namespace Strata.Backplane;

/// <summary>
/// A backplane for tests that loses, delays, repeats and reorders messages by a seed, and can be partitioned. Nothing is delivered by itself: the test moves its clock and calls <see cref="DeliverDue"/>, so that the same seed
/// and calls give the same order of events.
/// </summary>
/// <param name="time">The clock, for example one that a test moves.</param>
/// <param name="seed">The seed of all draws.</param>
/// <remarks>Safe for any number of threads, but what these do at the same time is in no order that a seed could repeat.</remarks>
public sealed class SimulatedBackplane(TimeProvider time, int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<SimulatedEndpoint> _endpoints = [];
    private readonly PriorityQueue<Delivery, (long Due, long Order)> _onTheWay = new();
    private long _order;

    /// <summary>How messages that are published from now on are treated.</summary>
    public SimulatedFaults Faults { get; set; }

    /// <summary>Deliveries made, repeated ones among them.</summary>
    public long Delivered { get; private set; }

    /// <summary>Deliveries that were lost: by chance, or since an end was disconnected or on another side.</summary>
    public long Lost { get; private set; }

    /// <summary>Deliveries under way.</summary>
    public int OnTheWay
    {
        get
        {
            lock (_gate)
                return _onTheWay.Count;
        }
    }

    /// <summary>Makes the transport of one more node.</summary>
    public SimulatedEndpoint Join()
    {
        var endpoint = new SimulatedEndpoint(this);
        lock (_gate)
            _endpoints.Add(endpoint);
        return endpoint;
    }

    /// <summary>Delivers what is due by the clock, and what is published at once in answer, in the order of the due times.</summary>
    /// <returns>How many deliveries were made.</returns>
    public int DeliverDue()
    {
        int count = 0;
        while (TryTakeDue(out Delivery delivery))
        {
            if (delivery.To.Deliver(delivery.Message))
                count++;
            else
                Lose();
        }

        lock (_gate)
            Delivered += count;
        return count;
    }

    internal void Publish(SimulatedEndpoint from, ReadOnlyMemory<byte> message)
    {
        byte[] copy = message.ToArray();
        lock (_gate)
        {
            foreach (SimulatedEndpoint to in _endpoints)
            {
                if (to.Side != from.Side || _random.NextDouble() < Faults.Loss)
                {
                    Lost++;
                    continue;
                }

                SendUnderLock(to, copy);
                if (_random.NextDouble() < Faults.Duplication)
                    SendUnderLock(to, copy);
            }
        }
    }

    private void SendUnderLock(SimulatedEndpoint to, byte[] message)
    {
        TimeSpan delay = Faults.LeastDelay + (_random.NextDouble() * (Faults.MostDelay - Faults.LeastDelay));
        long due = time.GetTimestamp() + (long)(Math.Max(0, delay.TotalSeconds) * time.TimestampFrequency);
        _onTheWay.Enqueue(new(to, message), (due, _order++));
    }

    private bool TryTakeDue(out Delivery delivery)
    {
        lock (_gate)
        {
            if (_onTheWay.TryPeek(out delivery, out (long Due, long) first) && first.Due <= time.GetTimestamp())
            {
                _onTheWay.Dequeue();
                return true;
            }

            return false;
        }
    }

    private void Lose()
    {
        lock (_gate)
            Lost++;
    }

    private readonly record struct Delivery(SimulatedEndpoint To, byte[] Message);
}
