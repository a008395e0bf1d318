using CsCheck;
using RegistryOperator.Sigstore.Transparency;
using RegistryOperator.Tests.Pki;

namespace RegistryOperator.Sigstore.Tests.Transparency;

public class MerkleTreeTests
{
    [Fact]
    public void RootOf_PathOfEveryLeaf_LeadsToTheRootAndOfNoOtherPlace() => Gen.Int[1, 40].Sample(
        size =>
        {
            var entries = Enumerable.Range(0, size).Select(number => new[] { (byte)number }).ToArray();
            var root = TestLog.Root(entries);
            for (var index = 0; index < size; index++)
            {
                var path = TestLog.Path(index, entries);
                var leaf = MerkleTree.LeafHash(entries[index]);
                MerkleTree.RootOf(leaf, index, size, path).ShouldBe(root);
                for (var other = -1; other <= size; other++)
                {
                    if (other != index) (MerkleTree.RootOf(leaf, other, size, path)?.SequenceEqual(root) ?? false).ShouldBeFalse();
                }

                MerkleTree.RootOf(leaf, index, size, [.. path, new byte[32]]).ShouldBeNull();
            }
        },
        iter: 20,
        threads: 1);
}
