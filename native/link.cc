// The link state of an interface as its driver tells it, asked through any socket of the right namespace.
#include <linux/ethtool.h>
#include <linux/mii.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include <cstring>

#include "args.h"

namespace alived {
namespace {

bool Name(ifreq& request, const std::string& name) {
  if (name.empty() || name.size() >= IFNAMSIZ) return false;
  std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);
  return true;
}

// IFF_* bits.
Napi::Value LinkFlags(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  std::string name = args.String(1, "name");
  if (!args.ok()) return args.Fail();
  ifreq request = {};
  if (!Name(request, name)) return args.ReturnError(ENODEV);
  if (ioctl(fd, SIOCGIFFLAGS, &request) < 0) return args.Return(-1);
  return args.Return(static_cast<uint16_t>(request.ifr_flags));
}

// 1 with a link, 0 without (ETHTOOL_GLINK).
Napi::Value LinkEthtool(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  std::string name = args.String(1, "name");
  if (!args.ok()) return args.Fail();
  ifreq request = {};
  if (!Name(request, name)) return args.ReturnError(ENODEV);
  ethtool_value value = {};
  value.cmd = ETHTOOL_GLINK;
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (ioctl(fd, SIOCETHTOOL, &request) < 0) return args.Return(-1);
  return args.Return(value.data != 0 ? 1 : 0);
}

// 1 with a link, 0 without (the status register of the PHY).
Napi::Value LinkMii(const Napi::CallbackInfo& info) {
  Args args(info);
  int fd = args.Int(0, "fd");
  std::string name = args.String(1, "name");
  if (!args.ok()) return args.Fail();
  ifreq request = {};
  if (!Name(request, name)) return args.ReturnError(ENODEV);
  if (ioctl(fd, SIOCGMIIPHY, &request) < 0) return args.Return(-1);
  mii_ioctl_data data;
  // The register remembers a loss until it is read, so the second reading is the present.
  for (int reading = 0; reading < 2; reading++) {
    std::memcpy(&data, &request.ifr_ifru, sizeof data);
    data.reg_num = MII_BMSR;
    std::memcpy(&request.ifr_ifru, &data, sizeof data);
    if (ioctl(fd, SIOCGMIIREG, &request) < 0) return args.Return(-1);
  }
  std::memcpy(&data, &request.ifr_ifru, sizeof data);
  return args.Return((data.val_out & BMSR_LSTATUS) != 0 ? 1 : 0);
}

}  // namespace

void InitLink(Napi::Env env, Napi::Object exports) {
  exports.Set("linkFlags", Napi::Function::New<LinkFlags>(env, "linkFlags"));
  exports.Set("linkEthtool", Napi::Function::New<LinkEthtool>(env, "linkEthtool"));
  exports.Set("linkMii", Napi::Function::New<LinkMii>(env, "linkMii"));
}

}  // namespace alived
