namespace RegistryOperator.Host.Tags;

/// <summary>Orders variants of one shape by their numbers.</summary>
internal sealed class VariantOrder : IComparer<TagName>
{
    public static VariantOrder Instance { get; } = new();

    public int Compare(TagName? x, TagName? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var byNumbers = NumericTextOrder.Instance.Compare(x.Variant, y.Variant);
        return byNumbers != 0 ? byNumbers : string.CompareOrdinal(x.Tag.Tag, y.Tag.Tag);
    }
}

/// <summary>Text with numbers in it: <c>r9</c> comes before <c>r10</c>.</summary>
internal sealed class NumericTextOrder : IComparer<string>
{
    public static NumericTextOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (x ?? "", y ?? "");
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            if (char.IsAsciiDigit(left[i]) && char.IsAsciiDigit(right[j]))
            {
                var a = Number(left, ref i);
                var b = Number(right, ref j);
                if (a.Length != b.Length) return a.Length.CompareTo(b.Length);
                var order = a.SequenceCompareTo(b);
                if (order != 0) return order;
            }
            else
            {
                if (left[i] != right[j]) return left[i].CompareTo(right[j]);
                i++;
                j++;
            }
        }

        return (left.Length - i).CompareTo(right.Length - j);
    }

    private static ReadOnlySpan<char> Number(string text, ref int position)
    {
        var start = position;
        while (position < text.Length && char.IsAsciiDigit(text[position])) position++;
        return text.AsSpan(start, position - start).TrimStart('0');
    }
}
