#include "addon/option_names.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "addon/errors.h"

namespace deep_inside {

namespace {

bool sameLetter(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/** Levenshtein's distance, whatever the case: insertions, deletions and replacements of one character. */
size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (sameLetter(a[i - 1], b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

/** The first of those that differ least from `name`, or null where all differ by more than a misspelling. */
const char* nearest(const std::string& name, std::initializer_list<const char*> known) {
  const char* best = nullptr;
  size_t fewest = std::max<size_t>(2, name.size() / 3) + 1;
  for (const char* candidate : known) {
    const size_t edits = editDistance(name, candidate);
    if (edits >= fewest) continue;
    fewest = edits;
    best = candidate;
  }
  return best;
}

[[noreturn]] void refuse(Napi::Env env, const std::string& name, std::initializer_list<const char*> known,
                         const std::string& where) {
  const char* near = nearest(name, known);
  std::string all;
  for (const char* one : known) all += (all.empty() ? "" : ", ") + std::string(one);
  fail(env, Code::Argument,
       where + ": unknown option " + name + (near ? "; did you mean " + std::string(near) + "?" : "") +
           " (options: " + all + ")");
}

}  // namespace

void demandKnownNames(const Napi::Object& options, std::initializer_list<const char*> known, const std::string& where) {
  const Napi::Env env = options.Env();
  napi_value names;
  const auto filter = static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols);
  const napi_status status =
      napi_get_all_property_names(env, options, napi_key_own_only, filter, napi_key_numbers_to_strings, &names);
  NAPI_THROW_IF_FAILED_VOID(env, status);
  const Napi::Array keys(env, names);
  for (uint32_t i = 0; i < keys.Length(); ++i) {
    const std::string name = keys.Get(i).As<Napi::String>().Utf8Value();
    if (std::find(known.begin(), known.end(), name) == known.end()) refuse(env, name, known, where);
  }
}

}  // namespace deep_inside
