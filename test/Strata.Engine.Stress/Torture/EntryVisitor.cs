namespace Strata.Engine.Stress.Torture;

internal delegate void EntryVisitor(ReadOnlySpan<byte> key, EntryInfo info);
