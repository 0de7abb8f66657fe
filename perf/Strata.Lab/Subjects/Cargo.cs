using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Strata.Engine;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>
/// A store that is filled in a process of its own, from keys made on the way: nothing but the store itself grows the process.
/// A subject named <see cref="Empty"/> stores nothing.
/// </summary>
internal sealed class Cargo : IDisposable
{
    public const string Empty = "empty";

    /// <summary>Every name that a child process takes.</summary>
    public static readonly string[] Names = [Empty, StrataSubject.SubjectName, DictionarySubject.SubjectName, MemoryCacheSubject.SubjectName];

    private readonly CargoOptions _options;
    private readonly ByteStore? _store;
    private readonly ConcurrentDictionary<string, byte[]>? _dictionary;
    private readonly MemoryCache? _memoryCache;
    private readonly MemoryCacheEntryOptions _entry = new() { Size = 1 };
    private readonly byte[] _value;

    public Cargo(CargoOptions options)
    {
        _options = options;
        _value = new byte[options.ValueBytes];
        new Random(options.Seed).NextBytes(_value);
        if (options.Ttl)
            _entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1);
        switch (options.Subject)
        {
            case Empty:
                break;
            case StrataSubject.SubjectName:
                _store = new(new ByteStoreOptions { CapacityBytes = options.CapacityBytes, DefaultTtl = options.Ttl ? TimeSpan.FromHours(1) : null });
                break;
            case DictionarySubject.SubjectName:
                _dictionary = new();
                break;
            case MemoryCacheSubject.SubjectName:
                _memoryCache = new(new MemoryCacheOptions { SizeLimit = options.Entries });
                break;
            default:
                throw new ArgumentException($"'{options.Subject}' is none of the subjects {string.Join(", ", Names)}.", nameof(options));
        }
    }

    public StoreStatistics? Statistics => _store?.GetStatistics();

    /// <summary>Entries that can be read.</summary>
    public long LiveEntries => _store?.GetStatistics().EntryCount ?? _dictionary?.Count ?? _memoryCache?.Count ?? 0;

    /// <summary>Writes the keys of the indices from 0 to <paramref name="count"/>.</summary>
    public void Fill(int count)
    {
        for (int index = 0; index < count; index++)
            Write(index, KeyOf(index));
    }

    /// <summary>The key as a string, for the subjects that need one.</summary>
    public string KeyOf(int index)
    {
        if (_dictionary is null && _memoryCache is null)
            return "";
        Span<byte> key = stackalloc byte[KeySet.KeyBytes];
        KeySet.Write((ulong)_options.Seed, index, key);
        return Encoding.ASCII.GetString(key);
    }

    public void Write(int index, string text)
    {
        if (_store is not null)
        {
            Span<byte> key = stackalloc byte[KeySet.KeyBytes];
            KeySet.Write((ulong)_options.Seed, index, key);
            _store.Set(key, _value);
        }
        else if (_dictionary is not null)
        {
            _dictionary[text] = _value.AsSpan().ToArray();
        }
        else
        {
            _memoryCache?.Set(text, _value.AsSpan().ToArray(), _entry);
        }
    }

    public void Dispose()
    {
        _store?.Dispose();
        _memoryCache?.Dispose();
    }
}
