using System.CommandLine;
using System.IO.Compression;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>What do compression and encryption of payloads cost?</summary>
internal sealed class CodecVerb() : Verb("codec", """
    What do compression and encryption of payloads cost, and what does compression save?

    Four MiB of text, as sentences and as JSON records (made-up words in natural frequencies; or --text FILE), cut into payloads of one length; every subject visits all payloads, so that
    none is learned by heart by the processor's branch predictor. One thread. Deflate is the runtime's own, once at its usual level and once at its fastest; its streams are made anew for
    each payload, as they must be.

    operation decompress, compress   subjects lz4, deflate, deflate_fastest
    operation open, seal             subjects envelope (checksum) and envelope_aes_gcm, neither compressed

    mb_per_s          payload megabytes (10^6) a second; median of the rounds
    ratio_to_deflate  lz4: times as fast as deflate: median over eleven interleaved rounds of the ratio inside a round
    ratio_to_deflate_fastest  the same, to deflate_fastest
    size_percent      bytes of the compressed payloads, of the payloads'
    size_to_reference lz4: bytes of the compressed payloads, over those of the command 'lz4 -1' with independent blocks of the same length; left out where the command is not installed
    times_checksum    envelope_aes_gcm: the time of envelope's, as often: what encryption costs

    Default: payloads of 4,096, 65,536 and 1,048,576 bytes. --entries N: of N bytes. --all: of 1,024 to 4,194,304 bytes. --seconds changes nothing here.
    """)
{
    private const int TextBytes = 4 << 20;
    private const int RoundCount = 11;
    private const int WarmPasses = 3;
    private const int CompileWaitMs = 200;

    private readonly Option<FileInfo?> _text = new("--text") { Description = "A text to use instead of those made up.", HelpName = "FILE" };

    protected override IEnumerable<Option> OwnOptions => [_text];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        TextSet[] texts = parsed.GetValue(_text) is { } file ? [TextSet.OfFile(file)] : [TextSet.Prose(TextBytes, request.Seed), TextSet.Json(TextBytes, request.Seed)];
        int[] lengths = request.Entries is { } length ? [length] : request.All ? [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304] : [4_096, 65_536, 1_048_576];
        foreach (TextSet text in texts)
        {
            foreach (int payloadBytes in lengths.Where(bytes => bytes <= text.Text.Length))
            {
                Say($"{Name}: {text.Name}, payloads of {payloadBytes:N0} bytes");
                byte[][] payloads = text.Cut(payloadBytes);
                Compress(text.Name, payloads, report);
                Seal(text.Name, payloads, report);
            }
        }

        return 0;
    }

    private void Compress(string text, byte[][] payloads, IReport report)
    {
        int payloadBytes = payloads[0].Length;
        CodecSubject[] subjects = [new Lz4Subject(payloadBytes), new DeflateSubject(CompressionLevel.Optimal, "deflate"), new DeflateSubject(CompressionLevel.Fastest, "deflate_fastest")];
        (Rounds back, Rounds there) = Measure(subjects, payloads);
        foreach ((string operation, Rounds rounds) in (ReadOnlySpan<(string, Rounds)>)[("decompress", back), ("compress", there)])
        {
            AddRates(report, text, payloads, operation, subjects, rounds);
            Case where = Where(subjects[0], text, payloadBytes, operation);
            report.Add(new(Name, where, "ratio_to_deflate", rounds.TimesFaster(0, 1), "x"));
            report.Add(new(Name, where, "ratio_to_deflate_fastest", rounds.TimesFaster(0, 2), "x"));
        }

        foreach (CodecSubject subject in subjects)
            report.Add(new(Name, Where(subject, text, payloadBytes, "compress"), "size_percent", 100.0 * subject.CompressedBytes / ((long)payloads.Length * payloadBytes), "%"));
        if (ReferenceLz4.CompressedBytes(payloads) is { } reference)
            report.Add(new(Name, Where(subjects[0], text, payloadBytes, "compress"), "size_to_reference", (double)subjects[0].CompressedBytes / reference, "x"));
        else
            Say($"{Name}: the command lz4 is not installed, so there is no size_to_reference");
    }

    private void Seal(string text, byte[][] payloads, IReport report)
    {
        using EnvelopeSubject plain = new(payloads[0].Length, isEncrypted: false), encrypted = new(payloads[0].Length, isEncrypted: true);
        CodecSubject[] subjects = [plain, encrypted];
        (Rounds back, Rounds there) = Measure(subjects, payloads);
        foreach ((string operation, Rounds rounds) in (ReadOnlySpan<(string, Rounds)>)[("open", back), ("seal", there)])
        {
            AddRates(report, text, payloads, operation, subjects, rounds);
            report.Add(new(Name, Where(encrypted, text, payloads[0].Length, operation), "times_checksum", rounds.TimesFaster(0, 1), "x"));
        }
    }

    private static (Rounds Back, Rounds There) Measure(CodecSubject[] subjects, byte[][] payloads)
    {
        byte[] room = new byte[payloads[0].Length];
        foreach (CodecSubject subject in subjects)
            subject.Take(payloads);
        return (Measure(subjects, subject => subject.DecompressAll(room)), Measure(subjects, subject => subject.CompressAll(payloads)));
    }

    /// <summary>Seconds for all payloads. Every slice takes about as long, with more passes for the faster subjects: a neighbour's burst meets all of them alike.</summary>
    private static Rounds Measure(CodecSubject[] subjects, Action<CodecSubject> pass)
    {
        double[] seconds = new double[subjects.Length];
        for (int warm = 0; warm < WarmPasses; warm++)
        {
            for (int subject = 0; subject < subjects.Length; subject++)
            {
                double taken = Crew.Seconds(1, _ => pass(subjects[subject]));
                seconds[subject] = warm == 0 ? taken : Math.Min(seconds[subject], taken);
            }

            // What was called is compiled to its last tier meanwhile.
            Thread.Sleep(CompileWaitMs);
        }

        int[] passes = [.. seconds.Select(each => Math.Max(1, (int)Math.Round(seconds.Max() / each)))];
        return Rounds.Run(subjects.Length, RoundCount, (subject, _) =>
        {
            double taken = Crew.Seconds(1, _ =>
            {
                for (int count = 0; count < passes[subject]; count++)
                    pass(subjects[subject]);
            });
            return taken / passes[subject];
        });
    }

    private void AddRates(IReport report, string text, byte[][] payloads, string operation, CodecSubject[] subjects, Rounds rounds)
    {
        for (int subject = 0; subject < subjects.Length; subject++)
            report.Add(new(Name, Where(subjects[subject], text, payloads[0].Length, operation), "mb_per_s", (double)payloads.Length * payloads[0].Length / rounds.Median(subject) / 1e6, "MB/s"));
    }

    private static Case Where(CodecSubject subject, string text, int payloadBytes, string operation) =>
        new Case(subject.Name).With("text", text).With("payload_bytes", payloadBytes).With("operation", operation);
}
