namespace Strata.Files.Device;

/// <summary>Which exceptions are the device's.</summary>
internal static class Faults
{
    public static bool IsOfDevice(Exception exception) => exception is (IOException or UnauthorizedAccessException) and not FileStoreException;
}
