using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Text;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.History;

/// <summary>Tags and what they have named, for people: a row for each image, the newest of each tag first.</summary>
internal static class HistoryTable
{
    public static void Write(Terminal terminal, IReadOnlyList<TagHistory> tags)
    {
        var table = new TextTable(["RESOURCE", "TAG", "FROM", "TO", "CREATED", "DIGEST"]);
        foreach (var tag in tags)
        {
            foreach (var image in tag.Images)
            {
                List<TerminalText> cells =
                [
                    tag.Resource.ToString(), tag.Tag, UtcText.ToBareMinute(image.From), image.To is { } to ? UtcText.ToBareMinute(to) : "now",
                    image.Created is { } created ? UtcText.ToBareMinute(created) : "", image.Digest.ToString(),
                ];
                table.Add(cells);
            }
        }

        terminal.Write(table);
        var images = tags.SelectMany(tag => tag.Images).Select(image => image.Digest).Distinct().Count();
        terminal.WriteLine($"{Counted.Of(tags.Count, "tag")}, {Counted.Of(images, "image")}");
    }
}
