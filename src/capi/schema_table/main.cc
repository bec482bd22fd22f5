// Writes the tables of schema_table.h: which fields the messages that come in
// have. Part of the build alone; the library itself has no descriptors.
//
// usage: schema_table <descriptor set> <output> <message>...
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// The messages reached from the named ones, each once, by their places.
class Messages {
 public:
  int Add(const Descriptor* message) {
    const auto [place, is_new] =
        places_.emplace(message, static_cast<int>(list_.size()));
    if (is_new) list_.push_back(message);
    return place->second;
  }
  const std::vector<const Descriptor*>& list() const { return list_; }

 private:
  std::map<const Descriptor*, int> places_;
  std::vector<const Descriptor*> list_;
};

std::string KindOf(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_MESSAGE:
      return "FieldKind::kMessage";
    case FieldDescriptor::TYPE_STRING:
      return "FieldKind::kText";
    case FieldDescriptor::TYPE_BYTES:
      return "FieldKind::kBytes";
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_ENUM:
      return field.is_repeated() ? "FieldKind::kNumbers" : "FieldKind::kNumber";
    default:
      return "";
  }
}

// The rows of `message`; false for a type that the reader does not have.
bool WriteFields(const Descriptor& message, Messages* messages,
                 std::string* out) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string kind = KindOf(field);
    if (kind.empty()) {
      std::fprintf(stderr, "%s: a type that is not read\n",
                   field.full_name().c_str());
      return false;
    }
    const int child = field.message_type() == nullptr
                          ? 0
                          : messages->Add(field.message_type());
    *out += "    {" + std::to_string(field.number()) + ", " + kind + ", " +
            (field.is_repeated() ? "true" : "false") + ", " +
            std::to_string(child) + ", \"" + field.name() + "\"},\n";
  }
  return true;
}

bool Write(const std::vector<const Descriptor*>& roots, std::string* out) {
  Messages messages;
  for (const Descriptor* root : roots) messages.Add(root);
  std::string fields;
  std::string table;
  int first = 0;
  for (std::size_t i = 0; i < messages.list().size(); ++i) {
    const Descriptor& message = *messages.list()[i];
    if (!WriteFields(message, &messages, &fields)) return false;
    table += "    {" + std::to_string(first) + ", " +
             std::to_string(message.field_count()) + "},  // " +
             message.full_name() + "\n";
    first += message.field_count();
  }
  *out = "constexpr SchemaField kFields[] = {\n" + fields +
         "};\nconstexpr SchemaMessage kMessages[] = {\n" + table + "};\n";
  for (std::size_t i = 0; i < roots.size(); ++i) {
    *out += "constexpr int k" + roots[i]->name() +
            "Place = " + std::to_string(i) + ";\n";
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  std::ifstream input(argv[1], std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromIstream(&input)) return 1;
  google::protobuf::DescriptorPool pool;
  for (const auto& file : files.file()) {
    if (pool.BuildFile(file) == nullptr) return 1;
  }
  std::vector<const Descriptor*> roots;
  for (int i = 3; i < argc; ++i) {
    roots.push_back(pool.FindMessageTypeByName(argv[i]));
    if (roots.back() == nullptr) return 1;
  }
  std::string text;
  if (!Write(roots, &text)) return 1;
  std::ofstream output(argv[2], std::ios::binary);
  output << text;
  return output.flush() ? 0 : 1;
}
