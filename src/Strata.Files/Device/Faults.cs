namespace Strata.Files.Device;

/// <summary>Which exceptions are the device's.</summary>
internal static class Faults
{
    public static bool IsOfDevice(Exception exception) => exception is (IOException or UnauthorizedAccessException) and not FileStoreException;

    /// <summary>Whether a file is open elsewhere: a file that is locked on Linux, on macOS and the BSDs, or shared with nobody on Windows.</summary>
    public static bool IsOfSharing(Exception exception) => exception is IOException && (exception.HResult & 0xFFFF) is 11 or 35 or 32 or 33;
}
