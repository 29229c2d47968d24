#include "worker/train/kernels/select.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/train/kernels/variants.h"
#ifdef ETALON_HAVE_ONEDNN
#include "worker/train/kernels/onednn_kernels.h"
#endif

namespace etalon::train {
namespace {

struct Variant {
  const char* name;
  const char* why_not_built;  // null if it is
  bool (*runs_here)();
  const KernelSet& (*get)();
};

#ifdef ETALON_X86_KERNELS

bool HasAvx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

bool HasAvx512() {
  return HasAvx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

bool HasAvx512Bf16() {
  return HasAvx512() && __builtin_cpu_supports("avx512bf16");
}

// Linux hands out the tile registers, 8 KiB more to keep for each thread, to
// those that ask (arch_prctl(2), Documentation/x86/xstate.rst of the kernel).
bool HasAmxBf16() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // XFEATURE_XTILEDATA
  return HasAvx512Bf16() && __builtin_cpu_supports("amx-tile") &&
         __builtin_cpu_supports("amx-bf16") &&
         syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

constexpr Variant kAmxBf16 = {"amx_bf16", nullptr, HasAmxBf16,
                              kernels_amx_bf16::Get};
constexpr Variant kAvx512Bf16 = {"avx512_bf16", nullptr, HasAvx512Bf16,
                                 kernels_avx512_bf16::Get};
constexpr Variant kAvx512 = {"avx512", nullptr, HasAvx512, kernels_avx512::Get};
constexpr Variant kAvx2 = {"avx2", nullptr, HasAvx2, kernels_avx2::Get};

#else

constexpr const char* kNotBuilt = "they are of x86-64, without sanitizers";
constexpr Variant kAmxBf16 = {"amx_bf16", kNotBuilt, nullptr, nullptr};
constexpr Variant kAvx512Bf16 = {"avx512_bf16", kNotBuilt, nullptr, nullptr};
constexpr Variant kAvx512 = {"avx512", kNotBuilt, nullptr, nullptr};
constexpr Variant kAvx2 = {"avx2", kNotBuilt, nullptr, nullptr};

#endif  // ETALON_X86_KERNELS

#ifdef ETALON_HAVE_ONEDNN
constexpr Variant kOneDnn = {"onednn", nullptr, OneDnnKernelsRunHere,
                             OneDnnKernels};
#else
constexpr Variant kOneDnn = {"onednn", "oneDNN was not there when it was made",
                             nullptr, nullptr};
#endif

constexpr Variant kGeneric = {"generic", nullptr, [] { return true; },
                              kernels_generic::Get};

// Fastest first.
constexpr const Variant* kVariants[] = {&kAmxBf16, &kAvx512Bf16, &kAvx512,
                                        &kAvx2,    &kOneDnn,     &kGeneric};

bool IsAvailable(const Variant& variant) {
  return variant.why_not_built == nullptr && variant.runs_here();
}

// Kernels of oneDNN have a longer name of their own, too.
bool IsNamed(absl::string_view name, const Variant& variant) {
  return name == variant.name ||
         (&variant == &kOneDnn &&
          absl::StartsWith(name, absl::StrCat(variant.name, "_")));
}

}  // namespace

absl::StatusOr<const KernelSet*> SelectKernels(absl::string_view name) {
  for (const Variant* const candidate : kVariants) {
    const Variant& variant = *candidate;
    if (name == "auto" && IsAvailable(variant)) return &variant.get();
    if (!IsNamed(name, variant)) continue;
    if (variant.why_not_built != nullptr) {
      return absl::FailedPreconditionError(absl::StrCat(
          "this build has no kernels ", name, "; ", variant.why_not_built));
    }
    if (!variant.runs_here()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "this processor cannot run the ", name,
          " kernels; it can run: ", absl::StrJoin(AvailableKernels(), ", ")));
    }
    const KernelSet& kernels = variant.get();
    if (name != variant.name && name != kernels.name) {
      return absl::FailedPreconditionError(
          absl::StrCat("this machine has no kernels ", name, "; its own are ",
                       kernels.name, ", which round differently"));
    }
    return &kernels;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown kernels '", name, "'; known are auto, ",
                   absl::StrJoin(KnownKernels(), ", ")));
}

std::vector<std::string> KnownKernels() {
  std::vector<std::string> names;
  for (const Variant* variant : kVariants) names.push_back(variant->name);
  return names;
}

std::vector<std::string> AvailableKernels() {
  std::vector<std::string> names;
  for (const Variant* variant : kVariants) {
    if (IsAvailable(*variant)) names.push_back(variant->name);
  }
  return names;
}

}  // namespace etalon::train
