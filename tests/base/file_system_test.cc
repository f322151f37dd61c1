// SPDX-License-Identifier: Apache-2.0
// file_system_test.cc: what every FileSystem owes, asked of the machine's own and of the one in memory.
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <lokilib/file_system.h>

namespace lokilib {
namespace {

using testing::ElementsAre;

// A file system and an empty folder in it, which goes with the test.
class Place {
 public:
  virtual ~Place() = default;
  virtual FileSystem& files() = 0;
  virtual std::string root() = 0;
};

class PosixPlace final : public Place {
 public:
  PosixPlace() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lokilib_test_XXXXXX").string();
    root_ = ::mkdtemp(pattern.data());
  }
  ~PosixPlace() override { std::filesystem::remove_all(root_); }
  FileSystem& files() override { return posix_file_system(); }
  std::string root() override { return root_; }

 private:
  std::string root_;
};

class MemoryPlace final : public Place {
 public:
  FileSystem& files() override { return *files_; }
  std::string root() override { return "."; }

 private:
  std::unique_ptr<FileSystem> files_ = create_memory_file_system();
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<Place>()> create;
};

class FileSystemTest : public testing::TestWithParam<Kind> {
 protected:
  FileSystemTest() : place_(GetParam().create()), files_(place_->files()) {}

  std::string path(const std::string& name) { return place_->root() + "/" + name; }

  void write(const std::string& name, std::string_view bytes) {
    auto file = files_.create(path(name));
    ASSERT_TRUE(file) << file.error().to_string();
    ASSERT_TRUE((*file)->append(bytes));
    ASSERT_TRUE((*file)->close());
  }

  std::string read(const std::string& name) {
    auto file = files_.open_read(path(name));
    if (!file) return std::string("error: ") + to_string(file.error().code);
    std::string bytes(100, '?');
    const auto count = (*file)->read_at(0, bytes.data(), bytes.size());
    if (!count) return std::string("error: ") + to_string(count.error().code);
    return bytes.substr(0, *count);
  }

  std::unique_ptr<Place> place_;
  FileSystem& files_;
};

template <typename T>
std::string code_of(const Result<T>& result) {
  return result ? "ok" : to_string(result.error().code);
}

TEST_P(FileSystemTest, ReadsWhatWasAppended) {
  auto file = files_.create(path("a"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->append("hello "));
  ASSERT_TRUE((*file)->append(""));
  ASSERT_TRUE((*file)->append("world"));
  ASSERT_TRUE((*file)->sync());
  EXPECT_EQ(read("a"), "hello world");
  auto reader = files_.open_read(path("a"));
  ASSERT_TRUE(reader);
  char part[4] = {};
  EXPECT_EQ(*(*reader)->read_at(4, part, 4), 4u);
  EXPECT_EQ(std::string_view(part, 4), "o wo");
  EXPECT_EQ(*(*reader)->read_at(9, part, 4), 2u);
  EXPECT_EQ(*(*reader)->read_at(11, part, 4), 0u);
  EXPECT_EQ(*(*reader)->read_at(1'000'000, part, 4), 0u);
}

TEST_P(FileSystemTest, AReaderSeesAFileGrow) {
  auto file = files_.create(path("a"));
  ASSERT_TRUE((*file)->append("12"));
  auto reader = files_.open_read(path("a"));
  ASSERT_TRUE(reader);
  EXPECT_EQ(*(*reader)->size(), 2u);
  ASSERT_TRUE((*file)->append("345"));
  EXPECT_EQ(*(*reader)->size(), 5u);
  char all[8];
  EXPECT_EQ(*(*reader)->read_at(0, all, sizeof all), 5u);
}

TEST_P(FileSystemTest, AMappingStaysAsItWas) {
  auto file = files_.create(path("a"));
  ASSERT_TRUE((*file)->append("first"));
  auto reader = files_.open_read(path("a"));
  ASSERT_TRUE(reader);
  const std::string_view before = (*reader)->mapped();
  EXPECT_EQ(before, "first");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(before.data()) % 64, 0u);
  const std::string more(100'000, 'x');
  ASSERT_TRUE((*file)->append(more));
  ASSERT_TRUE((*file)->close());
  const std::string_view after = (*reader)->mapped();
  EXPECT_EQ(after, "first" + more);
  ASSERT_TRUE(files_.remove(path("a")));
  EXPECT_EQ(before, "first");
  EXPECT_EQ(after.substr(0, 7), "firstxx");
}

TEST_P(FileSystemTest, AnEmptyFileMapsToNothing) {
  write("a", "");
  auto reader = files_.open_read(path("a"));
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->mapped(), "");
  EXPECT_EQ(*(*reader)->size(), 0u);
}

TEST_P(FileSystemTest, CreateRefusesWhatExistsAndOpenWhatDoesNot) {
  write("a", "1");
  EXPECT_EQ(code_of(files_.create(path("a"))), "already_exists");
  EXPECT_EQ(code_of(files_.open_append(path("b"))), "not_found");
  EXPECT_EQ(code_of(files_.open_read(path("b"))), "not_found");
  EXPECT_EQ(code_of(files_.create(path("no/b"))), "not_found");
  EXPECT_EQ(files_.open_read(path("b")).error().file, path("b"));
  EXPECT_EQ(read("a"), "1");
}

TEST_P(FileSystemTest, OpenAppendGoesOnAtTheEnd) {
  write("a", "one");
  auto file = files_.open_append(path("a"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->append("two"));
  EXPECT_EQ(read("a"), "onetwo");
}

TEST_P(FileSystemTest, TruncateCutsAndAppendsGoOnFromThere) {
  auto file = files_.create(path("a"));
  ASSERT_TRUE((*file)->append("123456"));
  ASSERT_TRUE((*file)->truncate(2));
  EXPECT_EQ(read("a"), "12");
  ASSERT_TRUE((*file)->append("x"));
  EXPECT_EQ(read("a"), "12x");
  ASSERT_TRUE((*file)->truncate(5));
  EXPECT_EQ(read("a"), std::string("12x\0\0", 5));
}

TEST_P(FileSystemTest, AClosedFileSaysSo) {
  auto file = files_.create(path("a"));
  ASSERT_TRUE((*file)->close());
  EXPECT_EQ(code_of((*file)->append("x")), "closed");
  EXPECT_EQ(code_of((*file)->sync()), "closed");
  EXPECT_EQ(code_of((*file)->truncate(0)), "closed");
  EXPECT_EQ(code_of((*file)->close()), "closed");
}

TEST_P(FileSystemTest, RenameReplacesAndLeavesOpenReadersAlone) {
  write("old", "old bytes");
  write("new", "new bytes");
  auto reader = files_.open_read(path("old"));
  ASSERT_TRUE(files_.rename(path("new"), path("old")));
  EXPECT_EQ(read("old"), "new bytes");
  EXPECT_EQ(read("new"), "error: not_found");
  EXPECT_EQ((*reader)->mapped(), "old bytes");
  EXPECT_EQ(code_of(files_.rename(path("new"), path("x"))), "not_found");
  EXPECT_EQ(code_of(files_.rename(path("old"), path("no/x"))), "not_found");
  ASSERT_TRUE(files_.rename(path("old"), path("old")));
  EXPECT_EQ(read("old"), "new bytes");
}

TEST_P(FileSystemTest, DirectoriesHoldFilesAndDirectories) {
  ASSERT_TRUE(files_.create_directories(path("d/e")));
  ASSERT_TRUE(files_.create_directories(path("d/e")));
  write("d/b", "1");
  write("d/a", "2");
  write("d/e/c", "3");
  write("dz", "4");
  EXPECT_THAT(*files_.list(path("d")), ElementsAre("a", "b", "e"));
  EXPECT_THAT(*files_.list(path("d/e/")), ElementsAre("c"));
  EXPECT_THAT(*files_.list(place_->root()), ElementsAre("d", "dz"));
  EXPECT_TRUE(files_.sync_directory(path("d")));
  EXPECT_EQ(code_of(files_.list(path("no"))), "not_found");
  EXPECT_EQ(code_of(files_.list(path("dz"))), "io");
  EXPECT_EQ(code_of(files_.sync_directory(path("no"))), "not_found");
  EXPECT_EQ(code_of(files_.create_directories(path("dz/x"))), "io");
  EXPECT_EQ(code_of(files_.open_read(path("d"))), "io");
}

TEST_P(FileSystemTest, ADirectoryCanBeRenamedWithWhatIsInIt) {
  ASSERT_TRUE(files_.create_directories(path("d/e")));
  write("d/e/a", "1");
  ASSERT_TRUE(files_.rename(path("d"), path("f")));
  EXPECT_EQ(read("f/e/a"), "1");
  EXPECT_FALSE(*files_.exists(path("d")));
  EXPECT_EQ(code_of(files_.rename(path("f"), path("f/g"))), "io");
  write("x", "2");
  EXPECT_EQ(code_of(files_.rename(path("x"), path("f"))), "io");
}

TEST_P(FileSystemTest, ExistsKnowsFilesAndDirectories) {
  ASSERT_TRUE(files_.create_directories(path("d")));
  write("a", "");
  EXPECT_TRUE(*files_.exists(path("d")));
  EXPECT_TRUE(*files_.exists(path("a")));
  EXPECT_FALSE(*files_.exists(path("b")));
  EXPECT_FALSE(*files_.exists(path("a/b")));
  EXPECT_TRUE(*files_.exists(place_->root()));
}

TEST_P(FileSystemTest, RemoveTakesFilesAndEmptyDirectories) {
  ASSERT_TRUE(files_.create_directories(path("d")));
  write("d/a", "1");
  EXPECT_EQ(code_of(files_.remove(path("d"))), "io");
  ASSERT_TRUE(files_.remove(path("d/a")));
  EXPECT_EQ(code_of(files_.remove(path("d/a"))), "not_found");
  ASSERT_TRUE(files_.remove(path("d")));
  EXPECT_FALSE(*files_.exists(path("d")));
}

TEST_P(FileSystemTest, ALockIsHeldOnce) {
  auto first = files_.lock(path("LOCK"));
  ASSERT_TRUE(first) << first.error().to_string();
  const auto second = files_.lock(path("LOCK"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Busy);
  EXPECT_EQ(second.error().file, path("LOCK"));
  EXPECT_THAT(second.error().message, testing::StartsWith("locked by this process"));
  EXPECT_TRUE(files_.lock(path("OTHER")));
  first->reset();
  EXPECT_TRUE(files_.lock(path("LOCK")));
}

TEST_P(FileSystemTest, OneWriterAndManyReadersAtOnce) {
  auto file = files_.create(path("a"));
  ASSERT_TRUE(file);
  constexpr size_t kRounds = 300;
  std::vector<std::thread> readers;
  std::vector<std::string> mistakes(3);
  for (std::string& mistake : mistakes) {
    readers.emplace_back([this, &mistake] {
      auto reader = files_.open_read(path("a"));
      if (!reader) {
        mistake = reader.error().to_string();
        return;
      }
      size_t seen = 0;
      while (seen < kRounds * 97 && mistake.empty()) {
        const std::string_view all = (*reader)->mapped();
        if (all.size() < seen) mistake = "the file shrank";
        if (all.find_first_not_of('x') != std::string_view::npos) mistake = "bytes that nobody wrote";
        seen = all.size();
      }
    });
  }
  const std::string part(97, 'x');
  for (size_t i = 0; i < kRounds; ++i) ASSERT_TRUE((*file)->append(part));
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(mistakes, testing::Each(""));
}

INSTANTIATE_TEST_SUITE_P(, FileSystemTest,
                         testing::Values(Kind{"Posix", [] { return std::make_unique<PosixPlace>(); }},
                                         Kind{"Memory", [] { return std::make_unique<MemoryPlace>(); }}),
                         [](const auto& info) { return info.param.name; });

TEST(MemoryFileSystem, ATruncationDoesNotReachAMapping) {
  const auto files = create_memory_file_system();
  auto file = files->create("a");
  ASSERT_TRUE((*file)->append("123456"));
  auto reader = files->open_read("a");
  const std::string_view before = (*reader)->mapped();
  ASSERT_TRUE((*file)->truncate(1));
  ASSERT_TRUE((*file)->append("xyz"));
  EXPECT_EQ(before, "123456");
  EXPECT_EQ((*reader)->mapped(), "1xyz");
}

TEST(MemoryFileSystem, WaysToWriteAPathMeanTheSame) {
  const auto files = create_memory_file_system();
  ASSERT_TRUE(files->create_directories("/data/x/"));
  ASSERT_TRUE(files->create("/data//x/./a"));
  EXPECT_TRUE(*files->exists("/data/x/a"));
  EXPECT_TRUE(*files->exists("/data/x/../x/a"));
  EXPECT_FALSE(*files->exists("data/x/a"));
}

TEST(PosixFileSystem, TheLockNamesItsHolder) {
  PosixPlace place;
  const std::string path = place.root() + "/LOCK";
  auto lock = posix_file_system().lock(path);
  ASSERT_TRUE(lock);
  const auto second = posix_file_system().lock(path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "locked by this process (" + std::to_string(::getpid()) + ")");
}

}  // namespace
}  // namespace lokilib
