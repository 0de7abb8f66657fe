namespace Strata.Files.Tests.Simulation;

/// <summary>The machine failed. No fault of the device, so nothing in the store catches it.</summary>
internal sealed class SimulatedCrashException() : Exception("The machine failed here.");
