#include "cpu/control_groups.h"

#include <fstream>
#include <sstream>

namespace deep_inside {

namespace {

/** A group and all groups that it lies in. In a container its own group may be what is mounted at `mount`. */
void addFolders(const std::string& mount, std::string group, std::vector<std::string>& folders) {
  while (group.size() > 1) {
    folders.push_back(mount + group);
    const size_t parent = group.rfind('/');
    group.resize(parent == std::string::npos ? 0 : parent);
  }
  folders.push_back(mount);
}

}  // namespace

std::vector<std::string> controlGroups(const std::string& controller, const std::string& root) {
  const std::string mounts = root + "/sys/fs/cgroup";
  std::ifstream file(root + "/proc/self/cgroup");
  std::vector<std::string> folders;
  // hierarchy:controllers:/group; version 2 has hierarchy 0 and names no controllers.
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string hierarchy, controllers, group;
    if (!std::getline(fields, hierarchy, ':') || !std::getline(fields, controllers, ':')) continue;
    std::getline(fields, group);
    if (controllers.empty()) addFolders(mounts, group, folders);
    if (("," + controllers + ",").find("," + controller + ",") != std::string::npos)
      addFolders(mounts + "/" + controller, group, folders);
  }
  return folders;
}

}  // namespace deep_inside
