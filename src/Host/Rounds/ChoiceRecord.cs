using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// Knows from a status whether images have to be chosen anew: not where the same tags are chosen from in the same way. Tags that were not chosen may be
/// pushed again without a change of the list, so that a choice is believed for some hours only.
/// </summary>
internal static class ChoiceRecord
{
    /// <summary>After this time images are chosen anew.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromHours(12);

    /// <summary>Changes when images are chosen by other rules.</summary>
    private const string Rules = "1";

    /// <summary>What was chosen from, and how, as one text; null where nothing is chosen, since all are taken.</summary>
    public static string? HashOf(RegistryResource resource, IReadOnlyList<string> candidates)
    {
        if (resource.Spec.EffectiveTagLimit <= 0) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var spec = resource.Spec;
        string[] how = [Rules, spec.RepositoryUrl, spec.EffectiveSortBy, $"{spec.EffectiveTagLimit}"];
        foreach (var part in how.Concat(candidates.Order(StringComparer.Ordinal)))
            hash.AppendData(Encoding.UTF8.GetBytes(part + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>What an earlier round chose.</summary>
    /// <param name="status">Its status; null for none.</param>
    /// <param name="known">What is known of its images.</param>
    /// <param name="hash">What is chosen from now; null where nothing is chosen.</param>
    /// <param name="now">The time.</param>
    public static EarlierChoice? Earlier(RegistryStatus? status, IReadOnlyDictionary<string, KnownImage> known, string? hash, DateTimeOffset now)
    {
        if (status is null || hash is null) return null;
        var images = status.Images.Where(image => known.ContainsKey(image.Tag))
            .Select(image => new EarlierImage(VersionedTag.Read(image.Tag), known[image.Tag])).ToList();
        var isCurrent = status is { Choice: { } choice, Truncated: null } && choice.Hash == hash && images.Count == status.Images.Count
            && StoredTime.Believed(choice.Time, now) is { } time && now - time < BelievedFor;
        return new EarlierChoice(images, isCurrent);
    }

    /// <summary>What the status keeps of a choice; null for none, and for one that has to be made anew, since something could not be read.</summary>
    public static ChoiceStatus? Of(ImageChoice choice, ChoiceStatus? before, string? hash, EarlierChoice? earlier, DateTimeOffset now)
    {
        if (hash is null || choice.Read.Any(image => image.Reason is not null && !image.IsRead)) return null;
        return choice.IsEarlier && earlier is { IsCurrent: true } ? before : new ChoiceStatus { Hash = hash, Time = now };
    }
}
