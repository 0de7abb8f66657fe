namespace Strata.Generators.Tests.Methods;

internal sealed class OverloadedRepo : IOverloadedRepo
{
    public int Get(DayOfWeek day) => 1;

    public int Get(Own.DayOfWeek day) => 2;
}
